import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Kind } from '../../model.ts'
import { attributesOf, type Filter, objectClassesOf, parseFilter } from '../directory/filter.ts'
import { USUAL_ATTRIBUTES } from '../directory/usual-attributes.ts'
import type { LdapOptions } from './options.ts'
import type { ServerFacts } from './server-facts.ts'

/** What is read of one kind, in the server's own names. */
export interface KindPlan {
  readonly filter: Filter
  /** Attributes to ask for. */
  readonly ask: readonly string[]
  /** Attributes to give on: the name that mappings use, and the server's. */
  readonly give: readonly (readonly [wanted: string, canonical: string])[]
}

export interface ReadPlan {
  readonly idAttribute: string
  readonly user: KindPlan
  readonly group: KindPlan
  /** Whether the server itself keeps members and entries together, so that names in groups are never leftovers. */
  readonly hasLinkedMembers: boolean
}

/** Names of mappings that are made here or in the engine; no server knows them. */
const MADE_HERE = new Set(['id', 'dn', 'issoftdeleted'])

/** Asked for besides, where the server knows them. */
const OWN: Readonly<Record<Kind, readonly string[]>> = {
  user: ['objectClass', 'createTimestamp', 'userAccountControl'],
  group: ['objectClass', 'createTimestamp', 'modifyTimestamp', 'member', 'uniqueMember', 'memberUid'],
}

const CLASSES: Readonly<Record<Kind, readonly string[]>> = {
  user: ['inetOrgPerson'],
  group: ['groupOfNames', 'groupOfUniqueNames', 'posixGroup'],
}

const DEFAULT_OF_ACTIVE_DIRECTORY: Readonly<Record<Kind, string>> = {
  user: '(&(objectCategory=person)(objectClass=user))',
  group: '(objectClass=group)',
}

/**
 * Decides what to ask the server, and refuses what it does not know.
 *
 * Errors: `invalid-argument` that names the setting and the attribute or object class: an unknown one makes a filter mean nobody at one server and
 * everybody at another.
 */
export function planRead(
  options: LdapOptions,
  attributes: Readonly<Record<Kind, readonly string[]>>,
  idAttribute: string,
  facts: ServerFacts,
): ReadPlan {
  const { schema } = facts
  const canonical = (name: string, setting: string): string => {
    const known = schema.canonical(name)
    if (known !== undefined) return known
    throw new ConnectorError(
      'invalid-argument',
      'configuration',
      `${setting}: the server knows no attribute ${name}; check its spelling and the schema of the server`,
    )
  }
  const planKind = (kind: Kind): KindPlan => {
    const setting = `${kind}s.filter`
    const filter = parseFilter(filterOf(kind, options, facts), setting)
    for (const name of attributesOf(filter)) canonical(name, setting)
    for (const name of objectClassesOf(filter))
      if (!schema.hasClass(name))
        throw new ConnectorError(
          'invalid-argument',
          'configuration',
          `${setting}: the server knows no object class ${name}; check its spelling and the schema of the server`,
        )
    const wanted = attributes[kind].filter((name) => !MADE_HERE.has(name.toLowerCase()))
    const usual = USUAL_ATTRIBUTES[kind].filter((name) => schema.attribute(name) !== undefined)
    const give = [...new Set([...usual, ...wanted])].map((name) => [name, canonical(name, 'mappings')] as const)
    const own = OWN[kind].flatMap((name) => schema.canonical(name) ?? [])
    const status = kind === 'user' && options.enabled ? [canonical(options.enabled.attribute, 'enabled.attribute')] : []
    return { filter, give, ask: [...new Set([idAttribute, ...own, ...status, ...give.map(([, name]) => name)])] }
  }
  return {
    idAttribute,
    user: planKind('user'),
    group: planKind('group'),
    hasLinkedMembers: facts.isActiveDirectory,
  }
}

function filterOf(kind: Kind, options: LdapOptions, { schema, isActiveDirectory }: ServerFacts): string {
  const given = options[`${kind}s`]?.filter
  if (given !== undefined) return given
  if (isActiveDirectory) return DEFAULT_OF_ACTIVE_DIRECTORY[kind]
  const known = CLASSES[kind].filter((name) => schema.hasClass(name))
  if (known.length === 0 && options[`${kind}s`])
    throw new ConnectorError(
      'invalid-argument',
      'configuration',
      `${kind}s.filter: the server knows none of ${CLASSES[kind].join(', ')}; write a filter`,
    )
  return `(|${known.map((name) => `(objectClass=${name})`).join('')}${known.length === 0 ? '(objectClass=*)' : ''})`
}

/** The bases of a population. */
export const basesOf = (base: string | readonly string[]): readonly string[] =>
  typeof base === 'string' ? [base] : base
