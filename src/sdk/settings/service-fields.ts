import { parseHost, readClientId, readClientSecret } from '../service/platform/credentials.ts'
import type { Field } from './field.ts'
import { EXPLORER_FIELDS } from './explorer-fields.ts'
import { HEALTH_FIELDS } from '../health/health-fields.ts'
import { Secret } from '../ground/secret.ts'
import { durationBetween } from '../text/duration.ts'

/**
 * Settings of what keeps running: service mode (`client-id`) and the schedule (`interval`). They are read where the program is called
 * without a subcommand; `status` and `health-check` read those that say where the daemon is.
 *
 * Names and defaults are the Go SDK's where it has them. Source: baton-sdk `pkg/field/defaults.go`; `shutdown-grace`, `interval` and
 * `state-dir` are ours, the last three are variables without a flag there too.
 */
export const SERVICE_FIELDS = [
  {
    name: 'client-id',
    kind: 'string',
    displayName: 'Client id',
    description: 'Client id of the platform; starts service mode, together with --client-secret',
    check: (value) => problemIn(readClientId(value)),
  },
  {
    name: 'client-secret',
    kind: 'string',
    displayName: 'Client secret',
    description: 'Client secret of the platform',
    secret: true,
    check: (value) => problemIn(readClientSecret(new Secret(value))),
  },
  {
    name: 'interval',
    kind: 'string',
    displayName: 'Interval',
    description: 'Sync again and again, this long from start to start, for example 1h; without a platform',
    check: durationBetween('1s', '168h'),
  },
  {
    name: 'otel-collector-endpoint',
    kind: 'string',
    displayName: 'OpenTelemetry collector',
    description: 'Send traces to this OTLP collector over gRPC, as host:port',
    export: 'ops',
    check: (value) =>
      /^([\w.-]+|\[[\da-f:.]+\]):\d{1,5}$/i.test(value) ? undefined : 'must be host:port, for example localhost:4317',
  },
  {
    name: 'otel-collector-endpoint-tls-cert-path',
    kind: 'string',
    displayName: 'Certificate of the collector',
    description: 'PEM file of the authority that signed the certificate of the collector',
    path: 'file',
    hidden: true,
    export: 'ops',
  },
  {
    name: 'otel-collector-endpoint-tls-cert',
    kind: 'string',
    displayName: 'Certificate of the collector, as text',
    description: 'The same as PEM text',
    hidden: true,
    export: 'ops',
  },
  {
    name: 'otel-collector-endpoint-tls-insecure',
    kind: 'bool',
    displayName: 'Collector without TLS',
    description: 'Talk to the collector without TLS',
    hidden: true,
    export: 'ops',
  },
  {
    name: 'otel-tracing-disabled',
    kind: 'bool',
    displayName: 'No tracing',
    description: 'Send no traces even where a collector is named',
    hidden: true,
    export: 'ops',
  },
  ...HEALTH_FIELDS,
  ...EXPLORER_FIELDS,
  {
    name: 'task-concurrency',
    kind: 'int',
    displayName: 'Tasks at once',
    description: 'Most tasks that run at once in service mode',
    min: 1,
    max: 100,
    default: 3,
  },
  {
    name: 'skip-full-sync',
    kind: 'bool',
    displayName: 'Skip full sync',
    description: 'Answer full syncs of service mode with an empty one, after trying endpoint and key',
  },
  {
    name: 'ticketing',
    kind: 'bool',
    displayName: 'Ticketing',
    description: 'Answer tasks about tickets in service mode; none can be created',
    hidden: true,
  },
  {
    name: 'shutdown-grace',
    kind: 'string',
    displayName: 'Grace at the end',
    description: 'How long running changes may take to end after a signal to stop',
    default: '25s',
    check: durationBetween('0s', '1h'),
  },
  {
    name: 'state-dir',
    kind: 'string',
    displayName: 'State directory',
    description: 'Directory of the daemon, made if it is missing; $STATE_DIRECTORY, else below the temporary directory',
  },
  {
    name: 'c1-api-host',
    kind: 'string',
    displayName: 'Host of the platform',
    description: 'Host, or host:port, in place of the one in the client id',
    sources: ['env'],
    check: (value) =>
      parseHost(value.trim()) === undefined
        ? 'must be a host such as tenant.conductor.one or localhost:8443'
        : undefined,
  },
  {
    name: 'host-id',
    kind: 'string',
    displayName: 'Host id',
    description: 'Name of this instance at the platform; the host name unless given',
    sources: ['env'],
  },
  {
    name: 'get-tasks',
    kind: 'bool',
    displayName: 'Tasks in batches',
    description: 'Ask the platform for several tasks at once',
    sources: ['env'],
  },
] as const satisfies readonly Field[]

const problemIn = (read: object | { readonly problem: string }): string | undefined =>
  'problem' in read ? read.problem : undefined
