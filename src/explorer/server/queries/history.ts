import { endOfSync } from '../../../readers/file/open-files.ts'
import { SyncView } from '../../../readers/file/sync-view.ts'
import { endOf } from '../../../readers/model/grant-row.ts'
import { keyOf, sayThing } from '../../../readers/model/thing.ts'
import { cellText } from '../../../readers/output/row.ts'
import { thingRow } from '../../../readers/rows/thing-rows.ts'
import { latestFinishedFull } from '../../../sdk/snapshot/tables/latest-sync.ts'
import { isDirect } from '../../../sdk/wire/rows/decode-grant.ts'
import type { History } from '../answers.ts'
import { idOf, type OpenSync } from '../open-sync.ts'

/** Grants of one object that are followed. Beyond, changes are told by the page of changes alone. */
const MOST_GRANTS = 2_000

type Event = History['events'][number]

interface State {
  readonly at: string
  readonly syncId: string
  /** Absent where the sync does not hold the object. */
  readonly facts: ReadonlyMap<string, string> | undefined
  /** What it holds and who holds it, by the id of the grant. */
  readonly grants: ReadonlyMap<string, string>
}

/** What happened to one object in the full syncs of its file, the newest first. */
export function historyOf(open: OpenSync, key: string): History {
  const { snapshot, sync } = open.view
  const states = snapshot.syncs
    .filter((each) => each.syncId === sync.syncId || latestFinishedFull([each]) !== undefined)
    .sort((a, b) => (endOfSync(a) < endOfSync(b) ? -1 : 1))
    .map((each) => stateIn(new SyncView(open.file.name, snapshot, each), key))
  const events = states.map((state, i) => changesBetween(states[i - 1], state))
  return { sync: open.info, syncs: states.length, events: events.toReversed().flat() }
}

function stateIn(view: SyncView, key: string): State {
  const id = idOf(key)
  const thing = view.find(id)
  const grants = new Map<string, string>()
  const end = (until: Date | undefined): string => (until ? ` until ${until.toISOString()}` : '')
  for (const grant of view.grantsOf(id)) {
    if (grants.size >= MOST_GRANTS) break
    if (!isDirect(grant.sources, grant.entitlementId)) continue
    grants.set(grant.entitlementId, `holds ${sayThing(view.thing(grant.resource))}${end(endOf(grant))}`)
  }
  for (const { id: entitlementId } of view.entitlements(id))
    for (const grant of view.grantsOn(entitlementId)) {
      if (grants.size >= MOST_GRANTS) break
      if (!isDirect(grant.sources, grant.entitlementId)) continue
      const holder = view.thing(grant.principal)
      grants.set(`${entitlementId} ${keyOf(grant.principal)}`, `held by ${sayThing(holder)}${end(endOf(grant))}`)
    }
  return { at: endOfSync(view.sync), syncId: view.sync.syncId, facts: thing && factsOf(thing), grants }
}

function factsOf(thing: NonNullable<ReturnType<SyncView['find']>>): ReadonlyMap<string, string> {
  const { profile, tags: _, id: __, type: ___, ...facts } = thingRow(thing)
  const parts = profile !== null && typeof profile === 'object' ? Object.entries(profile) : []
  return new Map(
    [...Object.entries(facts), ...parts.map(([name, value]) => [`profile.${name}`, value] as const)].map(
      ([name, value]) => [name, cellText(value)],
    ),
  )
}

function changesBetween(before: State | undefined, { at, syncId, facts, grants }: State): readonly Event[] {
  const event = (what: string, old: string | null = null, now: string | null = null): Event => ({
    ...{ at, syncId, what, old, new: now },
  })
  if (!before) return facts ? [event('in the oldest sync at hand')] : []
  if (!facts) return before.facts ? [event('gone')] : []
  if (!before.facts) return [event('new')]
  const { facts: old } = before
  const changed = [...new Set([...old.keys(), ...facts.keys()])].flatMap((name) =>
    old.get(name) === facts.get(name) ? [] : [event(name, old.get(name) || null, facts.get(name) || null)],
  )
  const added = [...grants].flatMap(([id, said]) => {
    const was = before.grants.get(id)
    return was === said ? [] : [event('access', was ?? null, said)]
  })
  const removed = [...before.grants].flatMap(([id, said]) => (grants.has(id) ? [] : [event('access', said, null)]))
  return [...changed, ...added, ...removed]
}
