import { type Attributes, isList, textOrEmpty, type Value } from '../dynamic-value.ts'
import { filled } from '../filled.ts'
import { type DataSource, ProviderError } from '../provider.ts'
import type { AttributeSchemas, ProviderSchema } from '../provider-schema.ts'
import type { Platform } from './platform.ts'
import type { RecordKind } from './records.ts'

type Matches = (record: Attributes, config: Attributes) => boolean

const equal =
  (attribute: string, argument = attribute): Matches =>
  (record, config) =>
    config[argument] === null || record[attribute] === config[argument]

const oneOf =
  (attribute: string, argument: string): Matches =>
  (record, config) => {
    const wanted = config[argument]
    return !isList(wanted) || wanted.includes(record[attribute] ?? null)
  }

const contains: Matches = (record, { query }) =>
  typeof query !== 'string' || textOrEmpty(record, 'display_name').toLowerCase().includes(query.toLowerCase())

/** What is looked up, where it is stored, and which arguments narrow it. */
const SEARCHES: Readonly<Record<string, { readonly kind: RecordKind; readonly matches: readonly Matches[] }>> = {
  conductorone_app: { kind: 'app', matches: [equal('display_name'), oneOf('id', 'app_ids'), contains] },
  conductorone_user: { kind: 'user', matches: [equal('email'), oneOf('id', 'ids'), contains] },
  conductorone_policy: { kind: 'policy', matches: [equal('display_name'), contains] },
  conductorone_app_resource_type: {
    kind: 'resource-type',
    matches: [equal('display_name'), oneOf('app_id', 'app_ids'), contains],
  },
  conductorone_app_entitlement: {
    kind: 'entitlement',
    matches: [equal('display_name'), equal('alias'), oneOf('app_id', 'app_ids'), contains],
  },
}

/** The platform's look-ups. A singular one takes the first hit and fails on none; a plural one gives all. */
export function dataSources(platform: Platform, schema: ProviderSchema): Readonly<Record<string, DataSource>> {
  const attributesOf = (type: string): AttributeSchemas => schema.data_source_schemas[type]?.block.attributes ?? {}
  const search = (type: string, config: Attributes): readonly Attributes[] => {
    const { kind, matches } = SEARCHES[type] ?? { kind: 'app', matches: [] }
    return platform.call({ operation: `${kind}.search`, body: true, id: type }, () =>
      platform
        .living(kind)
        .map((record) => record.attributes)
        .filter((record) => matches.every((match) => match(record, config))),
    )
  }
  const singular =
    (type: string): DataSource =>
    async (config) => {
      const [first] = search(type, config)
      if (first === undefined) throw new ProviderError('Missing response body array data')
      const schemas = attributesOf(type)
      const computed = Object.keys(schemas).filter((name) => schemas[name]?.computed === true && config[name] === null)
      return { ...config, ...filled(Object.fromEntries(computed.map((name) => [name, {}])), first) }
    }
  const entitlements = 'conductorone_app_entitlements'
  return {
    ...Object.fromEntries(Object.keys(SEARCHES).map((type) => [type, singular(type)])),
    [entitlements]: async (config) => {
      const item = attributesOf(entitlements)['list']?.nested_type?.attributes ?? {}
      const shape = item['app_entitlement']?.nested_type?.attributes ?? {}
      const found = search('conductorone_app_entitlement', config)
      const list: readonly Value[] = found.map((one) => filled(item, { app_entitlement: filled(shape, one) }))
      return { ...config, list }
    },
  }
}
