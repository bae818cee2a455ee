/** Type of a value in Terraform's JSON form: `"string"`, `["map", "string"]`, `["list", ["object", { name: "string" }]]`. */
export type ValueType = string | readonly [string, ValueType | Readonly<Record<string, ValueType>>]

interface AttributeFlags {
  readonly required?: boolean
  readonly optional?: boolean
  readonly computed?: boolean
  readonly sensitive?: boolean
  readonly write_only?: boolean
}

/** An attribute has either `type` or `nested_type`. */
export interface AttributeSchema extends AttributeFlags {
  readonly type?: ValueType
  readonly nested_type?: NestedType
}

export type Nesting = 'single' | 'list' | 'set' | 'map'

/** An attribute that holds objects. `attributes` is missing where the object is empty. */
export interface NestedType {
  readonly attributes?: AttributeSchemas
  readonly nesting_mode: Nesting
}

export type AttributeSchemas = Readonly<Record<string, AttributeSchema>>

/** A nested block, as `metadata { … }`. */
export interface BlockType {
  readonly block: BlockSchema
  readonly nesting_mode: Nesting
  readonly min_items?: number
  readonly max_items?: number
}

export interface BlockSchema {
  readonly attributes?: AttributeSchemas
  readonly block_types?: Readonly<Record<string, BlockType>>
}

export interface TypeSchema {
  readonly version: number
  readonly block: BlockSchema
}

/** What a provider knows, in the form that `terraform providers schema -json` prints. */
export interface ProviderSchema {
  readonly provider: TypeSchema
  readonly resource_schemas: Readonly<Record<string, TypeSchema>>
  readonly data_source_schemas: Readonly<Record<string, TypeSchema>>
}
