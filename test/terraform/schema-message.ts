import type { AttributeSchema, AttributeSchemas, BlockSchema, Nesting, TypeSchema } from './provider-schema.ts'

const NESTING: Readonly<Record<Nesting, number>> = { single: 1, list: 2, set: 3, map: 4 }

/** The `tfplugin6.Schema` message of a type, as protobufjs takes it. */
export const schemaMessage = ({ version, block }: TypeSchema): object => ({ version, block: blockMessage(block) })

const blockMessage = ({ attributes = {}, block_types: blocks = {} }: BlockSchema): object => ({
  version: 0,
  attributes: attributeMessages(attributes),
  blockTypes: Object.entries(blocks).map(([name, { block, nesting_mode: nesting, min_items, max_items }]) => ({
    typeName: name,
    block: blockMessage(block),
    nesting: NESTING[nesting],
    minItems: min_items ?? 0,
    maxItems: max_items ?? 0,
  })),
})

const attributeMessages = (attributes: AttributeSchemas): readonly object[] =>
  Object.entries(attributes).map(([name, attribute]) => attributeMessage(name, attribute))

const attributeMessage = (
  name: string,
  { type, nested_type: nested, write_only, ...flags }: AttributeSchema,
): object => ({
  name,
  ...flags,
  ...(write_only ? { writeOnly: true } : {}),
  ...(type === undefined ? {} : { type: Buffer.from(JSON.stringify(type)) }),
  ...(nested === undefined
    ? {}
    : {
        nestedType: {
          attributes: attributeMessages(nested.attributes ?? {}),
          nesting: NESTING[nested.nesting_mode],
        },
      }),
})
