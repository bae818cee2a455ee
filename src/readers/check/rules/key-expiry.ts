import { sayThing } from '../../model/thing.ts'
import { type BuiltInRule, DAY_MS, foundBy } from './rule.ts'

export const keyExpiry: BuiltInRule = {
  id: 'key-expiry',
  level: 'warning',
  summary: 'No key has expired, or expires within the days given',
  days: 30,
  look: ({ view, names, now, days, isExcepted }) =>
    [...names.things()].flatMap((key) => {
      const { expiresAt } = key
      // A key that is switched off is no key any more.
      if (!expiresAt || isExcepted(key) || key.status === 'disabled' || key.status === 'deleted') return []
      const left = Math.floor((expiresAt.getTime() - now.getTime()) / DAY_MS)
      if (left > days) return []
      const of = key.parent ? ` of ${sayThing(view.thing(key.parent))}` : ''
      const when =
        left < 0 ? `expired at ${expiresAt.toISOString()}` : `expires at ${expiresAt.toISOString()}, in ${left} days`
      return [foundBy(keyExpiry, key, `${sayThing(key)}${of} ${when}`, key.parent ? [view.thing(key.parent)] : [])]
    }),
}
