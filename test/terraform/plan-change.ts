import { type Attributes, isEqual, isList, isObject, mapAttributes, UNKNOWN, type Value } from './dynamic-value.ts'
import type { AttributeSchema, AttributeSchemas, BlockSchema, BlockType } from './provider-schema.ts'

/** Names and indexes from the resource down to one attribute. */
export type Path = readonly (string | number)[]

/** What a provider does when it plans the change of a resource. */
export interface PlanRules {
  /** Attributes whose change replaces the resource, where they are configured. */
  readonly replacing: readonly Path[]
  /** What an update makes of computed attributes that are not configured: unknown again, but for the named ones, or all stay. */
  readonly computedOnUpdate: 'stay' | { readonly unknownBut: readonly string[] }
}

export interface PlannedChange {
  readonly planned: Value
  readonly requiresReplace: readonly Path[]
}

/** The plan of one change. Pure: Terraform asks twice and wants the same answer. */
export function planChange(
  schema: BlockSchema,
  rules: PlanRules,
  { prior, proposed, config }: { readonly prior: Value; readonly proposed: Value; readonly config: Value },
): PlannedChange {
  if (!isObject(proposed)) return { planned: null, requiresReplace: [] }
  const wanted = withoutWriteOnly(schema, proposed)
  if (isObject(prior) && isEqual(wanted, prior)) return { planned: wanted, requiresReplace: [] }
  const planned = plannedBlock(schema, wanted, isObject(config) ? config : {}, rulesFor(rules, prior))
  const requiresReplace = isObject(prior)
    ? rules.replacing.filter(
        (path) => valueAt(config, path) !== null && !isEqual(valueAt(prior, path), valueAt(planned, path)),
      )
    : []
  return { planned, requiresReplace }
}

type Forgets = (name: string) => boolean

function rulesFor({ computedOnUpdate }: PlanRules, prior: Value): Forgets {
  if (!isObject(prior)) return () => true
  if (computedOnUpdate === 'stay') return () => false
  return (name) => !computedOnUpdate.unknownBut.includes(name)
}

function valueAt(value: Value, path: Path): Value {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (typeof step === 'number') return isList(value) ? valueAt(value[step] ?? null, rest) : null
  return isObject(value) ? valueAt(value[step] ?? null, rest) : null
}

function plannedBlock(schema: BlockSchema, wanted: Attributes, config: Attributes, forgets: Forgets): Attributes {
  const { attributes = {}, block_types: blocks = {} } = schema
  return mapAttributes(wanted, (value, name) => {
    const configured = config[name] ?? null
    const block = blocks[name]
    if (block !== undefined)
      return eachObject(value, configured, (one, its) => plannedBlock(block.block, one, its, forgets))
    const attribute = attributes[name]
    return attribute === undefined ? value : plannedAttribute(attribute, name, value, configured, forgets)
  })
}

function plannedAttribute(schema: AttributeSchema, name: string, value: Value, config: Value, forgets: Forgets): Value {
  if (config === null) return schema.computed === true && forgets(name) ? UNKNOWN : value
  const inner = schema.nested_type?.attributes
  if (inner === undefined) return value
  return eachObject(
    value,
    config,
    (one, its) => plannedObject(inner, one, its, forgets),
    schema.nested_type?.nesting_mode,
  )
}

const plannedObject = (
  schemas: AttributeSchemas,
  wanted: Attributes,
  config: Attributes,
  forgets: Forgets,
): Attributes =>
  mapAttributes(wanted, (value, name) => {
    const schema = schemas[name]
    return schema === undefined ? value : plannedAttribute(schema, name, value, config[name] ?? null, forgets)
  })

/** Applies a change to the object, or to every object of a list or map, next to what is configured for it. */
function eachObject(
  value: Value,
  config: Value,
  change: (value: Attributes, config: Attributes) => Value,
  nesting: BlockType['nesting_mode'] = 'list',
): Value {
  const pair = (one: Value, its: Value): Value => (isObject(one) ? change(one, isObject(its) ? its : {}) : one)
  if (isList(value)) return value.map((one, at) => pair(one, isList(config) ? (config[at] ?? null) : null))
  if (nesting === 'map' && isObject(value))
    return mapAttributes(value, (one, key) => pair(one, isObject(config) ? (config[key] ?? null) : null))
  return pair(value, config)
}

/** The object with `null` in place of what may never be kept. */
export const withoutWriteOnly = ({ attributes = {} }: BlockSchema, value: Attributes): Attributes =>
  mapAttributes(value, (inner, name) => (attributes[name]?.write_only === true ? null : inner))
