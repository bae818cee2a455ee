import type { ConnectorMetadata } from '../../contract/connector.ts'
import type { Field } from '../../settings/field.ts'

/** The Go SDK's own order ends with it. */
const LAST_OF_OPS = 'http-timeout-seconds'

/**
 * The settings that a form shows, as `c1.config.v1.Configuration` in protobuf's JSON: fields for whoever operates it first, then the connector's own.
 *
 * Shape: as `capabilitiesJson`; zero values are left out and 64-bit numbers are texts.
 * Source: baton-sdk `pkg/field/marshal.go`.
 */
export function configSchemaJson(fields: readonly Field[], metadata: ConnectorMetadata): string {
  const ops = fields.filter(({ export: to }) => to === 'ops')
  const exported = [
    ...ops.filter(({ name }) => name !== LAST_OF_OPS),
    ...ops.filter(({ name }) => name === LAST_OF_OPS),
    ...fields.filter(({ export: to }) => to === 'gui'),
  ]
  const document = { fields: exported.map(fieldJson), displayName: metadata.displayName, helpUrl: metadata.helpUrl }
  return JSON.stringify(document, null, 2)
}

const fieldJson = (field: Field): object => ({
  name: field.name,
  displayName: field.displayName,
  description: field.description,
  ...(field.kind === 'string' && field.placeholder !== undefined && { placeholder: field.placeholder }),
  ...(field.required === true && { isRequired: true }),
  ...(field.export === 'ops' && { isOps: true }),
  ...(field.kind === 'string' && field.secret === true && { isSecret: true }),
  ...kindJson(field),
})

function kindJson(field: Field): object {
  const required = field.required === true && { isRequired: true }
  if (field.kind === 'bool') return { boolField: {} }
  if (field.kind === 'string-list') return { stringSliceField: rules({ ...required }) }
  if (field.kind === 'int') {
    const range = { lte: String(field.max), gte: String(field.min) }
    return { intField: { ...defaultJson(field.default), ...rules({ ...range, ...required }) } }
  }
  const allowed = field.allowed && { in: field.allowed }
  return { stringField: { ...defaultJson(field.default), ...rules({ ...allowed, ...required }) } }
}

const defaultJson = (value: string | number | undefined): object => (value ? { defaultValue: String(value) } : {})

const rules = (all: object): object => (Object.keys(all).length === 0 ? {} : { rules: all })
