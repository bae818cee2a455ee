import type { Thing } from '../model/thing.ts'
import type { Shape } from '../output/columns.ts'
import type { Row } from '../output/row.ts'

export type Level = 'error' | 'warning' | 'note'

/** Something that should not be so. */
export interface Finding extends Row {
  /** `accept`, `deny` or `exactly` of a test, else the id of a built-in rule. */
  readonly rule: string
  readonly level: Level
  /** Who or what it is about. */
  readonly name: string
  readonly email: string | null
  /** One sentence. */
  readonly message: string
  /** Of a test: what it is called, its file, and the line it begins on. */
  readonly test: string | null
  readonly rulesFile: string | null
  readonly line: number | null
  readonly type: string
  readonly id: string
}

/** A finding and whatever it concerns, by whose tags it can be chosen. */
export interface Found {
  readonly finding: Finding
  readonly concerns: readonly Thing[]
}

export const FINDINGS: Shape = {
  fields: ['rule', 'level', 'name', 'email', 'message', 'test', 'rulesFile', 'line', 'type', 'id'],
  narrow: ['level', 'rule', 'message'],
}

/** What a finding says of the one it is about. */
export const about = ({ name, email, id }: Thing): Pick<Finding, 'name' | 'email' | 'type' | 'id'> => ({
  name,
  email: email === '' ? null : email,
  type: id.type,
  id: id.id,
})
