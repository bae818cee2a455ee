import { grantMetadataOf } from '../../../sdk/wire/rows/decode-annotations.ts'
import { isDirect } from '../../../sdk/wire/rows/decode-grant.ts'
import { parseTimeText } from '../../../sdk/snapshot/tables/time-text.ts'
import { SyncView } from '../../file/sync-view.ts'
import { START_KEYS } from '../../model/end-in.ts'
import { endOf, type GrantRow } from '../../model/grant-row.ts'
import { sayThing } from '../../model/thing.ts'
import { type BuiltInRule, DAY_MS, foundBy, type RuleContext, sayHeld } from './rule.ts'

/**
 * Access without an end that is older than so many days.
 *
 * Why an estimate: no column says how old a grant is. It is as old as its connector says, and at least as old as the oldest sync of the file
 * that holds it.
 */
export const standingAccess: BuiltInRule = {
  id: 'standing-access',
  level: 'warning',
  summary: 'No person holds access without an end date for longer than the days given',
  isOn: false,
  look(context) {
    const { view, days, isExcepted } = context
    const end = parseTimeText(view.sync.endedAt ?? '') ?? context.now
    const before = new Date(end.getTime() - days * DAY_MS)
    const older = olderSync(context, before)
    const people = new Set(view.typesWhere(({ traits }) => traits.includes('user')))
    const found = []
    for (const grant of view.grants()) {
      if (!people.has(grant.principal.type) || !isDirect(grant.sources, grant.entitlementId) || endOf(grant)) continue
      const since = startOf(grant) ?? (older && isHeld(older.view, grant) ? older.endedAt : undefined)
      if (!since || since > before) continue
      const [person, on] = [view.thing(grant.principal), view.thing(grant.resource)]
      if (isExcepted(person) || isExcepted(on)) continue
      const what = sayHeld(on, view.entitlement(grant.entitlementId)?.slug ?? grant.entitlementId)
      found.push(
        foundBy(
          standingAccess,
          person,
          `${sayThing(person)} holds ${what} without an end since ${since.toISOString()} or longer`,
          [on],
        ),
      )
    }
    return found
  },
}

function startOf(grant: GrantRow): Date | undefined {
  const metadata = grant.annotations.length === 0 ? undefined : grantMetadataOf(grant)
  for (const key of metadata ? START_KEYS : []) {
    const value = metadata?.[key]
    const time = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value * 1000 : Number.NaN
    if (!Number.isNaN(time)) return new Date(time)
  }
  return undefined
}

/** The newest finished sync of the file that ended by then. */
function olderSync(
  { view }: RuleContext,
  before: Date,
): { readonly view: SyncView; readonly endedAt: Date } | undefined {
  const ended = view.snapshot.syncs.flatMap((sync) => {
    const endedAt = parseTimeText(sync.endedAt ?? '')
    return endedAt && endedAt <= before ? [{ sync, endedAt }] : []
  })
  const newest = ended.reduce<(typeof ended)[number] | undefined>(
    (a, b) => (a && a.endedAt >= b.endedAt ? a : b),
    undefined,
  )
  return newest && { view: new SyncView(view.file, view.snapshot, newest.sync), endedAt: newest.endedAt }
}

const isHeld = (view: SyncView, { entitlementId, principal }: GrantRow): boolean =>
  [...view.grantsFor(entitlementId, principal)].some((grant) => isDirect(grant.sources, entitlementId) && !endOf(grant))
