import type { Attributes, Value } from './dynamic-value.ts'
import type { AttributeSchemas } from './provider-schema.ts'

/** An object with every attribute of the schema: the given ones, and `null` for the rest. */
export const filled = (schemas: AttributeSchemas, given: Readonly<Record<string, Value>>): Attributes =>
  Object.fromEntries(Object.keys(schemas).map((name) => [name, given[name] ?? null]))
