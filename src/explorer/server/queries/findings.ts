import type { Findings } from '../answers-work.ts'
import type { Checked } from '../check-order.ts'
import type { OpenSync } from '../open-sync.ts'
import { type PageOf, wayTo } from './held.ts'

export interface FindingsPage extends PageOf {
  readonly level: 'error' | 'warning' | 'note' | undefined
  /** Id of a built-in rule, or name of a test. */
  readonly rule: string | undefined
  readonly files: readonly string[]
}

const LEVELS = ['error', 'warning', 'note']

/** A part of what the rules of `check` found, the worst first, each with the way that breaks it. `files` are those of rules. */
export function findingsPage(
  open: OpenSync,
  { findings, rules, errors }: Checked,
  { q, level, rule, offset, limit, files }: FindingsPage,
): Findings {
  const words = (q ?? '').toLowerCase().split(/\s+/)
  const all = findings.filter(({ name, email, message }) => {
    const text = `${name} ${email ?? ''} ${message}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const fitting = all
    .filter(
      (each) =>
        (level === undefined || each.level === level) &&
        (rule === undefined || each.rule === rule || each.test === rule),
    )
    .toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))
  const count = (of: string): number => all.filter((each) => each.level === of).length
  return {
    ...{ sync: open.info, total: fitting.length, offset, files, rules, errors },
    levels: { error: count('error'), warning: count('warning'), note: count('note') },
    rows: fitting.slice(offset, offset + limit).map((each) => ({
      ...{ rule: each.rule, level: each.level, message: each.message, test: each.test },
      about: open.ref({ type: each.type, id: each.id }),
      way: wayTo(open, { type: each.type, id: each.id }, each.others),
    })),
  }
}
