{{- define "baton-twingate.name" -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "baton-twingate.selector" -}}
app.kubernetes.io/name: baton-twingate
app.kubernetes.io/component: {{ .Values.mode }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "baton-twingate.labels" -}}
{{ include "baton-twingate.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "baton-twingate.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}{{- else -}}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{- end -}}
{{- end -}}
{{- end -}}

{{- define "baton-twingate.settings" -}}
{{- if eq .Values.mode "tenants" }}
BATON_TENANTS: /etc/baton-twingate/tenants.yaml
BATON_TENANTS_AT_ONCE: {{ .Values.tenants.atOnce | quote }}
{{- else }}
BATON_DOMAIN: {{ .Values.twingate.domain | quote }}
{{- end }}
{{- if eq .Values.mode "service-mode" }}
BATON_CLIENT_ID: {{ .Values.platform.clientId | quote }}
BATON_HEALTH_CHECK: "true"
{{- if .Values.metrics.enabled }}
BATON_HEALTH_CHECK_BIND_ADDRESS: 0.0.0.0
{{- end }}
BATON_PROVISIONING: {{ .Values.provisioning | quote }}
BATON_TASK_CONCURRENCY: {{ .Values.taskConcurrency | quote }}
{{- else if eq .Values.mode "one-shot" }}
BATON_FILE: /var/lib/baton-twingate/sync.c1z
{{- end }}
{{- range $name, $value := .Values.settings }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- define "baton-twingate.tenants" -}}
tenants:
{{- range .Values.tenants.list }}
  - name: {{ .name | squote }}
    network: {{ .network | squote }}
    key_file: {{ printf "/run/secrets/baton-twingate/%s" (.key | default .name) | squote }}
    file: {{ printf "/var/lib/baton-twingate/%s.c1z" .name | squote }}
{{- end }}
{{ end -}}

{{- define "baton-twingate.probe" -}}
{{- if .metrics -}}
httpGet:
  path: /{{ .endpoint }}
  port: health
{{- else -}}
exec:
  command: [baton-twingate, health-check, --endpoint, {{ .endpoint }}]
{{- end -}}
{{- end -}}

{{- define "baton-twingate.pod" -}}
{{- $service := eq .Values.mode "service-mode" -}}
{{- $tenants := eq .Values.mode "tenants" -}}
metadata:
  labels:
    {{- include "baton-twingate.selector" . | nindent 4 }}
  annotations:
    # New settings make new pods.
    checksum/settings: {{ include "baton-twingate.settings" . | sha256sum }}
    {{- if $tenants }}
    checksum/tenants: {{ include "baton-twingate.tenants" . | sha256sum }}
    {{- end }}
    {{- if and $service .Values.metrics.enabled }}
    prometheus.io/scrape: "true"
    prometheus.io/port: "8081"
    prometheus.io/path: /metrics
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- if not $service }}
  restartPolicy: Never
  {{- end }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: baton-twingate
      image: {{ include "baton-twingate.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      {{- if $tenants }}
      args: [--shard, $(JOB_COMPLETION_INDEX)/{{ .Values.tenants.shards }}]
      {{- end }}
      envFrom:
        - configMapRef:
            name: {{ include "baton-twingate.name" . }}
      {{- if not $tenants }}
      env:
        {{- if $service }}
        - name: BATON_HOST_ID
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        {{- end }}
        - name: BATON_API_KEY_FILE
          value: /run/secrets/baton-twingate/api-key
        {{- if $service }}
        - name: BATON_CLIENT_SECRET_FILE
          value: /run/secrets/baton-twingate/client-secret
        {{- end }}
      {{- end }}
      {{- if $service }}
      {{- if .Values.metrics.enabled }}
      ports:
        - name: health
          containerPort: 8081
      {{- end }}
      startupProbe:
        {{- include "baton-twingate.probe" (dict "endpoint" "live" "metrics" .Values.metrics.enabled) | nindent 8 }}
        periodSeconds: 5
        timeoutSeconds: 10
        failureThreshold: 12
      livenessProbe:
        {{- include "baton-twingate.probe" (dict "endpoint" "live" "metrics" .Values.metrics.enabled) | nindent 8 }}
        periodSeconds: 60
        timeoutSeconds: 10
        failureThreshold: 3
      readinessProbe:
        {{- include "baton-twingate.probe" (dict "endpoint" "ready" "metrics" .Values.metrics.enabled) | nindent 8 }}
        periodSeconds: 30
        timeoutSeconds: 10
        failureThreshold: 2
      {{- end }}
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      volumeMounts:
        - name: state
          mountPath: /var/lib/baton-twingate
        - name: tmp
          mountPath: /tmp
        - name: secrets
          mountPath: /run/secrets/baton-twingate
          readOnly: true
        {{- if $tenants }}
        - name: tenants
          mountPath: /etc/baton-twingate
          readOnly: true
        {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  volumes:
    - name: state
      {{- if $service }}
      emptyDir:
        sizeLimit: {{ .Values.stateSizeLimit }}
      {{- else }}
      persistentVolumeClaim:
        claimName: {{ include "baton-twingate.name" . }}
      {{- end }}
    - name: tmp
      emptyDir:
        sizeLimit: 64Mi
    - name: secrets
      projected:
        defaultMode: 288 # 0440
        sources:
          {{- if $tenants }}
          - secret:
              name: {{ .Values.tenants.keysSecret.name }}
          {{- else }}
          - secret:
              name: {{ .Values.twingate.apiKeySecret.name }}
              items:
                - key: {{ .Values.twingate.apiKeySecret.key }}
                  path: api-key
          {{- end }}
          {{- if $service }}
          - secret:
              name: {{ .Values.platform.clientSecret.name }}
              items:
                - key: {{ .Values.platform.clientSecret.key }}
                  path: client-secret
          {{- end }}
    {{- if $tenants }}
    - name: tenants
      configMap:
        name: {{ include "baton-twingate.name" . }}-tenants
    {{- end }}
{{- end -}}
