import { ConnectorError } from '../../sdk/ground/errors.ts'
import { nearest } from '../../sdk/text/edit-distance.ts'
import { type Cell, isCells, type Row } from './row.ts'

/** The fields that rows of one kind have. */
export interface Shape {
  /** All fields that any row has, in the order of their columns. */
  readonly fields: readonly string[]
  /** What a table shows unless told otherwise: names first, ids last. */
  readonly narrow: readonly string[]
  /** Fields that are objects, of which `field.key` names one part. @default none */
  readonly maps?: readonly string[]
}

/** Fields that fit a column: what is an object is asked for part by part. */
export const flatFields = ({ fields, maps = [] }: Shape): readonly string[] =>
  fields.filter((name) => !maps.includes(name))

/** Case, hyphens and underscores play no part: `last-login-at` is `lastLoginAt`. */
const folded = (name: string): string => name.toLowerCase().replaceAll(/[-_\s]/g, '')

/**
 * The field that a person names; `profile.team` is a part of `profile`.
 *
 * Errors: `invalid-argument` with the fields there are.
 */
export function fieldNamed(shape: Shape, typed: string, flag: string): string {
  const found = shape.fields.find((field) => folded(field) === folded(typed))
  if (found !== undefined) return found
  const dot = typed.indexOf('.')
  const map = shape.maps?.find((name) => dot > 0 && folded(name) === folded(typed.slice(0, dot)))
  if (map !== undefined) return `${map}${typed.slice(dot)}`
  const [near] = nearest(typed, shape.fields, 1)
  const parts = (shape.maps ?? []).map((name) => `${name}.<key>`)
  throw new ConnectorError(
    'invalid-argument',
    'read options',
    `--${flag}: there is no column ${JSON.stringify(typed)}${near === undefined ? '' : `; did you mean ${near}?`}; there are ${[...shape.fields, ...parts].join(', ')}`,
  )
}

/** The field of a row, or a part of one of its objects. */
export function fieldOf(row: Row, field: string): Cell {
  const own = row[field]
  if (own !== undefined) return own
  const dot = field.indexOf('.')
  const map = dot < 0 ? null : (row[field.slice(0, dot)] ?? null)
  if (map === null || typeof map !== 'object' || isCells(map)) return null
  return map[field.slice(dot + 1)] ?? null
}

/** The fields of a row that `names` lists; without names, the whole row. */
export const pickFields = (row: Row, names: readonly string[]): Row =>
  names.length === 0 ? row : Object.fromEntries(names.map((name) => [name, fieldOf(row, name)]))
