import type { Shape } from '../output/columns.ts'
import type { Row } from '../output/row.ts'

/** Something in a file that its writer should not have left so. */
export interface Problem extends Row {
  /** Such as `unknown-principal`; a public format. */
  readonly problem: ProblemKind
  /** `error`: readers answer wrong or fail; `warning`: they may; `note`: people are at a loss. */
  readonly level: 'error' | 'warning' | 'note'
  /** One sentence. */
  readonly message: string
  /** Id of what it is about, as the row has it. */
  readonly id: string
  /** Rows that have it. */
  readonly rows: number
}

export const PROBLEM_LEVELS = {
  'damaged-row': 'error',
  'unfinished-sync': 'warning',
  'hidden-sync': 'warning',
  'wrong-count': 'error',
  'unknown-type': 'error',
  'unknown-parent': 'error',
  'unknown-resource': 'error',
  'unknown-entitlement': 'error',
  'unknown-principal': 'error',
  'unknown-source': 'error',
  'wrong-source': 'error',
  'doubled-grant': 'warning',
  'doubled-id': 'error',
  'wrong-id': 'error',
  'empty-name': 'note',
  'too-long': 'warning',
  cycle: 'warning',
} as const satisfies Readonly<Record<string, Problem['level']>>

export type ProblemKind = keyof typeof PROBLEM_LEVELS

export const PROBLEMS: Shape = {
  fields: ['problem', 'level', 'message', 'rows', 'id'],
  narrow: ['level', 'problem', 'message', 'id'],
}

export const problem = (kind: ProblemKind, id: string, message: string, rows = 1): Problem => ({
  problem: kind,
  level: PROBLEM_LEVELS[kind],
  message,
  id,
  rows,
})
