import { formatDate, US_DATE_TIME } from './date-format.ts'

/** What an expression works on. `null` is the absence of a value; `''` and `[]` count as absent wherever that is asked. */
export type Value = string | number | boolean | Date | readonly string[] | null

/** Why an expression has no value for this object. */
export class Fault {
  /** The end of a sentence that begins with what could not be read. */
  readonly text: string
  /** The function that says so. */
  readonly by: string | undefined

  constructor(text: string, by?: string) {
    this.text = text
    this.by = by
  }

  toString(): string {
    return this.by === undefined ? this.text : `${this.by}: ${this.text}`
  }
}

export type Result = Value | Fault

export const isEmpty = (value: Value): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** The text of a value, as Entra writes it: `True`, `False`, `1/31/2026 8:05:00 AM`; several values with a comma between them. */
export function textOf(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value instanceof Date) return formatDate(value, US_DATE_TIME)
  return typeof value === 'object' ? value.join(',') : String(value)
}
