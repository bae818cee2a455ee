import type { Field } from './field.ts'
import type { Secret } from '../ground/secret.ts'

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
