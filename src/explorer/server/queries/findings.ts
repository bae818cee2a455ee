import type { Findings } from '../answers-work.ts'
import type { Checked } from '../check-order.ts'
import type { OpenSync } from '../open-sync.ts'
import type { PageOf } from './held.ts'

export interface FindingsPage extends PageOf {
  readonly level: 'error' | 'warning' | 'note' | undefined
  readonly rule: string | undefined
}

const LEVELS = ['error', 'warning', 'note']

/** A part of what the built-in rules of `check` found, the worst first. */
export function findingsPage(
  open: OpenSync,
  { findings, rules, errors }: Checked,
  { q, level, rule, offset, limit }: FindingsPage,
): Findings {
  const words = (q ?? '').toLowerCase().split(/\s+/)
  const all = findings.filter(({ name, email, message }) => {
    const text = `${name} ${email ?? ''} ${message}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const fitting = all
    .filter((each) => (level === undefined || each.level === level) && (rule === undefined || each.rule === rule))
    .toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))
  const count = (of: string): number => all.filter((each) => each.level === of).length
  return {
    ...{ sync: open.info, total: fitting.length, offset, rules, errors },
    levels: { error: count('error'), warning: count('warning'), note: count('note') },
    rows: fitting.slice(offset, offset + limit).map((each) => ({
      ...{ rule: each.rule, level: each.level, message: each.message },
      about: open.ref({ type: each.type, id: each.id }),
    })),
  }
}
