import { keptNames } from '../../../readers/names/find-thing.ts'
import { Resolver } from '../../../readers/check/resolve.ts'
import { runRules } from '../../../readers/check/run-rules.ts'
import type { Findings } from '../answers-work.ts'
import type { OpenSync } from '../open-sync.ts'
import type { PageOf } from './held.ts'

export interface FindingsPage extends PageOf {
  readonly level: 'error' | 'warning' | 'note' | undefined
  readonly rule: string | undefined
}

const LEVELS = ['error', 'warning', 'note']

/** What the built-in rules of `check` find, the worst first. */
export function findingsPage(open: OpenSync, now: Date, { q, level, rule, offset, limit }: FindingsPage): Findings {
  const results = open.kept('findings', () => checked(open, now))
  const words = (q ?? '').toLowerCase().split(/\s+/)
  const all = results
    .flatMap(({ found }) => found.map(({ finding }) => finding))
    .filter((each) =>
      words.every((word) => `${each.name} ${each.email ?? ''} ${each.message}`.toLowerCase().includes(word)),
    )
  const fitting = all
    .filter((each) => (level === undefined || each.level === level) && (rule === undefined || each.rule === rule))
    .toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))
  const count = (of: string): number => all.filter((each) => each.level === of).length
  return {
    ...{ sync: open.info, total: fitting.length, offset },
    levels: { error: count('error'), warning: count('warning'), note: count('note') },
    rules: results.map(({ rule: { id, summary }, found }) => ({ id, summary, found: found.length })),
    errors: results.flatMap(({ errors }) => errors.map(({ inFull }) => inFull)),
    rows: fitting.slice(offset, offset + limit).map((each) => ({
      ...{ rule: each.rule, level: each.level, message: each.message },
      about: open.ref({ type: each.type, id: each.id }),
    })),
  }
}

function checked({ view, expansion }: OpenSync, now: Date) {
  const names = keptNames(view)
  return runRules({ view, names, expansion, resolver: new Resolver(view, names, expansion), now }, {}, new Set())
}
