import type { Field } from '../settings/field.ts'

/** Settings of the health server, for every program that keeps running. Names and defaults are the Go SDK's. Source: baton-sdk `pkg/field/defaults.go`. */
export const HEALTH_FIELDS = [
  {
    name: 'health-check',
    kind: 'bool',
    displayName: 'Health server',
    description: 'Serve /live, /ready, /health and /metrics over HTTP',
    export: 'ops',
  },
  {
    name: 'health-check-port',
    kind: 'int',
    displayName: 'Port of the health server',
    description: 'Port of the health server',
    min: 1,
    max: 65_535,
    default: 8081,
    export: 'ops',
  },
  {
    name: 'health-check-bind-address',
    kind: 'string',
    displayName: 'Address of the health server',
    description: 'Address the health server listens on; 0.0.0.0 lets other machines reach it',
    default: '127.0.0.1',
    export: 'ops',
  },
] as const satisfies readonly Field[]
