import { PresenceFilter } from 'ldapts'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { type Entry, textsOf } from '../directory/entry.ts'
import { ID_ATTRIBUTES } from '../directory/entry-key.ts'
import type { LdapConnection } from './connection.ts'
import { RESULT, resultText } from './result-code.ts'
import { Schema } from './schema.ts'

const OPERATION = 'read the schema of the directory'

/** The capability by which Active Directory names itself. Source: [MS-ADTS] §3.1.1.3.4.3. */
const ACTIVE_DIRECTORY = '1.2.840.113556.1.4.800'

export interface ServerFacts {
  readonly schema: Schema
  readonly isActiveDirectory: boolean
}

const readBase = async (
  connection: LdapConnection,
  base: string,
  attributes: readonly string[],
): Promise<Entry | undefined> => {
  const filter = new PresenceFilter({ attribute: 'objectClass' })
  const answer = await connection.search({ base, scope: 'base', filter, attributes })
  if (answer.code !== RESULT.success && answer.code !== RESULT.noSuchObject)
    throw new ConnectorError(
      'failed-precondition',
      OPERATION,
      `${base || 'the root entry'} cannot be read, ${resultText(answer.code, answer.message)}`,
    )
  return answer.entries[0]
}

/**
 * Reads what the server is and which attributes and object classes it knows.
 *
 * Errors: `failed-precondition` where it shows no schema to this account: then nobody can tell what a filter means there.
 */
export async function readFacts(connection: LdapConnection): Promise<ServerFacts> {
  const root = await readBase(connection, '', ['subschemaSubentry', 'supportedCapabilities'])
  const [place] = root ? textsOf(root, 'subschemaSubentry') : []
  const entry = place === undefined ? undefined : await readBase(connection, place, ['attributeTypes', 'objectClasses'])
  const schema = new Schema(entry ? textsOf(entry, 'attributeTypes') : [], entry ? textsOf(entry, 'objectClasses') : [])
  if (schema.size === 0)
    throw new ConnectorError(
      'failed-precondition',
      OPERATION,
      'the server shows no schema to this account; give it the right to read the subschema subentry',
    )
  return {
    schema,
    isActiveDirectory: root !== undefined && textsOf(root, 'supportedCapabilities').includes(ACTIVE_DIRECTORY),
  }
}

/**
 * The attribute that is the key of entries: the one of the settings, else the first that the schema knows and the base entry has.
 *
 * Errors: `failed-precondition` where there is none.
 */
export async function findIdAttribute(
  connection: LdapConnection,
  schema: Schema,
  wanted: string | undefined,
  base: string,
): Promise<string> {
  const candidates = (wanted === undefined ? ID_ATTRIBUTES : [wanted]).flatMap((name) => schema.canonical(name) ?? [])
  if (wanted !== undefined) {
    const [name] = candidates
    if (name === undefined)
      throw new ConnectorError(
        'invalid-argument',
        'configuration',
        `id_attribute: the server knows no attribute ${wanted}`,
      )
    return name
  }
  const entry = candidates.length > 0 ? await readBase(connection, base, candidates) : undefined
  const found = candidates.find((name) => entry?.attributes.has(name.toLowerCase()))
  if (found === undefined)
    throw new ConnectorError(
      'failed-precondition',
      OPERATION,
      `${base} shows none of ${ID_ATTRIBUTES.join(', ')}; set id_attribute to an attribute that is unique and never changes, and let the account read it`,
    )
  return found
}
