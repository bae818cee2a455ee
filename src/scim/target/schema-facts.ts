import type { Kind } from '../model.ts'
import { readListPage } from './answers.ts'
import { type Attributes, isAttributes, readKey } from './paths.ts'
import { CORE_SCHEMA } from './schemas.ts'

/** What a server's schema says of an attribute. */
export interface AttributeFacts {
  readonly required: boolean
  readonly readOnly: boolean
  /** When it is given: `always`, `default`, `request` or `never`. */
  readonly returned: string
}

/** By path in lower case, with a sub-attribute or without: `name`, `name.formatted`, `emails.type`. */
export type SchemaFacts = ReadonlyMap<string, AttributeFacts>

/** A usable schema has at least one of these attributes. */
const LEAST: Readonly<Record<Kind, readonly string[]>> = { user: ['username'], group: ['displayname', 'members'] }

/** What `/Schemas` says of a kind; `undefined` where it says nothing of use. Source: RFC 7643 §7. */
export function readSchemaFacts(body: unknown, kind: Kind): SchemaFacts | undefined {
  const schema = readListPage(body)?.resources.find(
    (one) => String(readKey(one, 'id')).toLowerCase() === CORE_SCHEMA[kind].toLowerCase(),
  )
  if (!schema) return undefined
  const facts = new Map<string, AttributeFacts>()
  for (const attribute of attributesOf(schema, 'attributes')) {
    facts.set(nameOf(attribute), factsOf(attribute))
    for (const sub of attributesOf(attribute, 'subAttributes'))
      facts.set(`${nameOf(attribute)}.${nameOf(sub)}`, factsOf(sub))
  }
  return LEAST[kind].some((name) => facts.has(name)) ? facts : undefined
}

const attributesOf = (parent: Attributes, key: string): readonly Attributes[] => {
  const list = readKey(parent, key)
  return Array.isArray(list) ? list.filter(isAttributes) : []
}

const nameOf = (attribute: Attributes): string => String(readKey(attribute, 'name')).toLowerCase()

const factsOf = (attribute: Attributes): AttributeFacts => ({
  required: readKey(attribute, 'required') === true,
  readOnly: String(readKey(attribute, 'mutability')).toLowerCase() === 'readonly',
  returned: String(readKey(attribute, 'returned')).toLowerCase(),
})

/** Whether the schema takes an attribute. One that has no sub-attributes listed takes any; `externalId` belongs to no schema. Source: RFC 7643 §3.1. */
export function takes(facts: SchemaFacts, path: string): boolean {
  const known = facts.get(path)
  if (known) return !known.readOnly
  const [attribute = '', sub] = path.split('.')
  if (sub === undefined) return attribute === 'externalid'
  return facts.has(attribute) && ![...facts.keys()].some((other) => other.startsWith(`${attribute}.`))
}
