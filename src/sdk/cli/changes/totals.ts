import type { Paint } from '../output/paint.ts'
import type { ChangeLine } from './change-line.ts'

/** How much a run gives, takes and changes. */
export interface Totals {
  count(line: ChangeLine): void
  /** `+12 −3 ~1`. */
  text(paint: Paint): string
}

/** Outcomes of what neither was nor would be changed. */
const NOTHING = /^(already-|refused$|failed$|not-attempted$)/

type Sign = '+' | '−' | '~'

export function createTotals(): Totals {
  const counts: Record<Sign, number> = { '+': 0, '−': 0, '~': 0 }
  const part = (sign: Sign): string => `${sign}${counts[sign].toLocaleString('en-US')}`
  return {
    count(line) {
      if (!NOTHING.test(line.outcome)) counts[signOf(line)]++
    },
    text: (paint) => [paint('green', part('+')), paint('red', part('−')), paint('yellow', part('~'))].join(' '),
  }
}

/** A role takes the place of another, so that nobody has more or fewer. */
function signOf({ operation, entitlement }: ChangeLine): Sign {
  if (entitlement?.type === 'role') return '~'
  if (/(^grant|create)$/.test(operation)) return '+'
  return /(^revoke|delete)$/.test(operation) ? '−' : '~'
}
