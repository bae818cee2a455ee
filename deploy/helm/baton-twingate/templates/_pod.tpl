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
BATON_DOMAIN: {{ .Values.twingate.domain | quote }}
{{- if eq .Values.mode "service-mode" }}
BATON_CLIENT_ID: {{ .Values.platform.clientId | quote }}
BATON_HEALTH_CHECK: "true"
{{- if .Values.metrics.enabled }}
BATON_HEALTH_CHECK_BIND_ADDRESS: 0.0.0.0
{{- end }}
BATON_PROVISIONING: {{ .Values.provisioning | quote }}
BATON_TASK_CONCURRENCY: {{ .Values.taskConcurrency | quote }}
{{- else }}
BATON_FILE: /var/lib/baton-twingate/sync.c1z
{{- end }}
{{- range $name, $value := .Values.settings }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end -}}

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
metadata:
  labels:
    {{- include "baton-twingate.selector" . | nindent 4 }}
  annotations:
    # New settings make new pods.
    checksum/settings: {{ include "baton-twingate.settings" . | sha256sum }}
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
      envFrom:
        - configMapRef:
            name: {{ include "baton-twingate.name" . }}
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
          - secret:
              name: {{ .Values.twingate.apiKeySecret.name }}
              items:
                - key: {{ .Values.twingate.apiKeySecret.key }}
                  path: api-key
          {{- if $service }}
          - secret:
              name: {{ .Values.platform.clientSecret.name }}
              items:
                - key: {{ .Values.platform.clientSecret.key }}
                  path: client-secret
          {{- end }}
{{- end -}}
