import type { AttributeSchema, BlockSchema, BlockType, TypeSchema, ValueType } from './provider-schema.ts'

/** Short words in which the schemas of the small stand-ins are written. */
export const required = (type: ValueType): AttributeSchema => ({ type, required: true })
export const optional = (type: ValueType): AttributeSchema => ({ type, optional: true })
export const computed = (type: ValueType): AttributeSchema => ({ type, computed: true })
export const either = (type: ValueType): AttributeSchema => ({ type, optional: true, computed: true })
export const writeOnly = (type: ValueType): AttributeSchema => ({ type, optional: true, write_only: true })

export const TEXTS: ValueType = ['list', 'string']
export const TEXT_MAP: ValueType = ['map', 'string']
export const TEXT_SET: ValueType = ['set', 'string']

export const block = (
  attributes: BlockSchema['attributes'] = {},
  block_types: BlockSchema['block_types'] = {},
): BlockSchema => ({ attributes, block_types })

/** At most one such block. */
export const one = (inner: BlockSchema): BlockType => ({ block: inner, nesting_mode: 'list', max_items: 1 })
/** Exactly one such block. */
export const exactlyOne = (inner: BlockSchema): BlockType => ({ ...one(inner), min_items: 1 })
export const many = (inner: BlockSchema): BlockType => ({ block: inner, nesting_mode: 'list' })
export const manyInAnyOrder = (inner: BlockSchema): BlockType => ({ block: inner, nesting_mode: 'set' })

export const typeSchema = (inner: BlockSchema): TypeSchema => ({ version: 0, block: inner })
