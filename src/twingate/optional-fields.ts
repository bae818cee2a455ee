import { safeParse, type z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Logger } from '../sdk/ground/ports.ts'
import { quotesName, refusedPlaces } from './graphql-errors.ts'

/**
 * Fields a row can do without, as `Type.field`. Where the API no longer knows one of them it is left out of every request. What decides who has
 * access, who may be changed, or whether a sync is whole is not among them.
 */
const OPTIONAL_FIELDS: ReadonlySet<string> = new Set([
  ...['User.createdAt', 'User.updatedAt'],
  ...['RemoteNetwork.createdAt', 'RemoteNetwork.updatedAt', 'SecurityPolicy.createdAt', 'SecurityPolicy.updatedAt'],
  ...[
    'ServiceAccount.createdAt',
    'ServiceAccount.updatedAt',
    'ServiceAccountKey.createdAt',
    'ServiceAccountKey.updatedAt',
  ],
  ...['Connector.createdAt', 'Connector.updatedAt', 'Connector.version', 'Connector.hostname', 'Connector.publicIP'],
  ...['Resource.createdAt', 'Resource.updatedAt', 'Resource.tags', 'Resource.alias', 'Resource.protocols'],
  'NetworkResource.routingMode',
  ...['Gateway.x509CA', 'Gateway.sshCA'],
  ...['hardDriveEncryption', 'screenLockPasscode', 'firewall', 'biometric', 'antivirus'].map(
    (check) => `DevicePosture.${check}`,
  ),
  ...['crowdstrike', 'jamf', 'kandji', 'inTune', 'sentinelOne', 'onePassword'].map((check) => `DevicePosture.${check}`),
  ...['Device.osVersion', 'Device.serialNumber', 'Device.hostname', 'Device.clientVersion'],
  'Device.lastSuccessfulLoginAt',
  ...['Group.originId', 'Group.createdAt', 'Group.updatedAt', 'Group.securityPolicy'],
])

/** A fragment as text, one field a line, so that one can be left out. A field may bring its selection. */
export const fragmentOn = (name: string, type: string, fields: readonly string[]): string =>
  `fragment ${name} on ${type} {\n${fields.map((field) => `  ${field}`).join('\n')}\n}`

/**
 * The fields that an object may lack where the API cannot show them, as `Type.field`: those that may be absent in the form of its answer. What names
 * an object, places it, counts, or decides who has access stands in the form as needed.
 */
export const lackable = (type: string, form: z.ZodObject): readonly string[] =>
  Object.entries(form.shape).flatMap(([field, value]) =>
    safeParse(value, undefined).success ? [`${type}.${field}`] : [],
  )

/** Learns which optional fields the API does not know. */
export interface FieldKeeper {
  /**
   * Asks with a document, and again without the optional fields that the API refuses in it. Once a request without them was answered they are
   * left out for good, with a warning.
   *
   * Errors: those of `ask`; a refusal of anything else as it is.
   * Why: a document is validated before anything of it is carried out, so a mutation that was refused for a field can be sent again.
   */
  fit<T>(document: string, log: Logger, ask: (document: string) => Promise<T>): Promise<T>
}

export function createFieldKeeper(): FieldKeeper {
  const unknown = new Set<string>()
  return {
    async fit(document, log, ask) {
      const without = new Set(unknown)
      for (;;) {
        const fitted = withoutFields(document, without)
        try {
          const answer = await ask(fitted)
          for (const field of without) {
            if (unknown.has(field)) continue
            unknown.add(field)
            log.warn('the Admin API does not know a field any more; it is left out', { field })
          }
          return answer
        } catch (caught) {
          const refused = refusedFields(ConnectorError.from(caught, 'ask Twingate'), fitted)
          if (refused.length === 0) throw caught
          for (const field of refused) without.add(field)
        }
      }
    },
  }
}

interface Line {
  readonly text: string
  /** `Type.field` in a fragment; absent for every other line. */
  readonly field?: string
}

function linesOf(document: string): readonly Line[] {
  let type: string | undefined
  return document.split('\n').map((text) => {
    const head = /fragment \w+ on (\w+) \{$/.exec(text)
    if (head) type = head[1]
    else if (text === '}') type = undefined
    else if (type !== undefined) return { text, field: `${type}.${/\w+/.exec(text)?.[0] ?? ''}` }
    return { text }
  })
}

/** The document without these fields of its fragments, each named as `Type.field`. */
export const withoutFields = (document: string, fields: ReadonlySet<string>): string =>
  fields.size === 0
    ? document
    : linesOf(document)
        .filter(({ field }) => field === undefined || !fields.has(field))
        .map(({ text }) => text)
        .join('\n')

/** Optional fields at the places of the document that an error names; where it names no place, those whose names it quotes. */
function refusedFields(error: ConnectorError, document: string): readonly string[] {
  const lines = linesOf(document)
  const places = refusedPlaces(error)
  const fields = places
    ? places.flatMap(({ line }) => lines[line - 1]?.field ?? [])
    : lines.flatMap(({ field }) => (field && quotesName(error, field.slice(field.indexOf('.') + 1)) ? [field] : []))
  return fields.filter((field) => OPTIONAL_FIELDS.has(field))
}
