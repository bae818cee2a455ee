import type { Secret } from '../ground/secret.ts'

/** Where a field may be set. Absent in a field means all three. */
export type FieldSource = 'flag' | 'env' | 'file'

interface FieldBase {
  /** Flag name and key in the config file; the environment name follows from it, see `envNameOf`. */
  readonly name: string
  readonly displayName: string
  /** One sentence without a full stop. */
  readonly description: string
  /** One letter. */
  readonly shorthand?: string
  /** @default false */
  readonly required?: boolean
  /** Left out of help and completion, accepted all the same. @default false */
  readonly hidden?: boolean
  /** Who meets the field in the config schema: the person who connects the app, or the one who operates it. Absent: neither. */
  readonly export?: 'gui' | 'ops'
  /** @default all three */
  readonly sources?: readonly FieldSource[]
  /** Overrides the environment name that follows from the name. */
  readonly env?: string
  /** Variable of the Go SDK's that is read where nothing else sets the field, just before the default. */
  readonly fallbackEnv?: string
}

export interface StringField extends FieldBase {
  readonly kind: 'string'
  readonly default?: string
  /** The only values there are. */
  readonly allowed?: readonly string[]
  /** Values that exist elsewhere but not here, each with the reason, which continues "is not offered: ". */
  readonly refused?: Readonly<Record<string, string>>
  /** The value is kept in a `Secret` and may also come from a file. @default false */
  readonly secret?: boolean
  /** Example of a value for whoever fills in a form. */
  readonly placeholder?: string
  /** What the value names. An `existing-directory` is looked for, a `file` is not. */
  readonly path?: 'file' | 'existing-directory'
  /** What is wrong with a value, as the end of a sentence that begins with the flag; for a secret it must not quote the value. */
  readonly check?: (value: string) => string | undefined
}

export interface BoolField extends FieldBase {
  readonly kind: 'bool'
}

export interface IntField extends FieldBase {
  readonly kind: 'int'
  readonly default?: number
  readonly min: number
  readonly max: number
  /** What 0 stands for where it leaves the choice to the program. @default 0 itself */
  readonly zeroMeans?: number
}

/** A list of texts: comma-separated in a flag or variable, a sequence in the config file; a flag may be given several times. */
export interface ListField extends FieldBase {
  readonly kind: 'string-list'
  readonly path?: 'file'
  /** As in `StringField`, for each item. */
  readonly check?: (item: string) => string | undefined
}

/** One setting, described once: flags, variables, config file, validation, help, schema and docs are all made from it. */
export type Field = StringField | BoolField | IntField | ListField

/** `BATON_` + the name in capitals with underscores. Source: baton-sdk `pkg/cli/cli.go`. */
export const envNameOf = (field: Field): string => field.env ?? `BATON_${field.name.toUpperCase().replaceAll('-', '_')}`

export const mayComeFrom = (field: Field, source: FieldSource): boolean => field.sources?.includes(source) ?? true

type TextOf<F extends Field> = F extends { readonly allowed: readonly (infer A)[] } ? A : string

type Certain<F extends Field> = F extends { readonly required: true } | { readonly default: string | number }
  ? never
  : undefined

type ValueOf<F extends Field> = F['kind'] extends 'bool'
  ? boolean
  : F['kind'] extends 'string-list'
    ? readonly string[]
    : F['kind'] extends 'int'
      ? number | Certain<F>
      : (F extends { readonly secret: true } ? Secret : TextOf<F>) | Certain<F>

/** What the fields are after everything was checked, by flag name. Unset lists are empty, unset booleans false. */
export type ConfigOf<Fields extends readonly Field[]> = { readonly [F in Fields[number] as F['name']]: ValueOf<F> }
