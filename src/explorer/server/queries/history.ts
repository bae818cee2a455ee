import { endOfSync } from '../../../readers/file/open-files.ts'
import type { SyncView } from '../../../readers/file/sync-view.ts'
import { endOf } from '../../../readers/model/grant-row.ts'
import { keyOf, sayThing } from '../../../readers/model/thing.ts'
import { cellText } from '../../../readers/output/row.ts'
import { thingRow } from '../../../readers/rows/thing-rows.ts'
import { isDirect } from '../../../sdk/wire/rows/decode-grant.ts'
import type { History } from '../answers.ts'
import { LeastRecent } from '../least-recent.ts'
import type { Library } from '../library.ts'
import { idOf } from '../open-sync.ts'
import type { MomentList } from './moments.ts'

/** Grants of one object that are followed. Beyond, changes are told by the page of changes alone. */
const MOST_GRANTS = 2_000

type Event = History['events'][number]

interface State {
  readonly at: string
  readonly file: string
  readonly syncId: string
  /** Absent where the sync does not hold the object. */
  readonly facts: ReadonlyMap<string, string> | undefined
  /** What it holds and who holds it, by the id of the grant. */
  readonly grants: ReadonlyMap<string, string>
}

/** Syncs that are looked at, the newest. */
const MOST_SYNCS = 60
/** Objects of syncs that are remembered: a page asks again when it is left and opened. */
const MOST_KEPT = 2_000

/** What happened to objects over the full syncs of their network in all files. */
export class Histories {
  readonly #library: Library
  readonly #moments: MomentList
  readonly #known = new LeastRecent<State>(MOST_KEPT)

  constructor(library: Library, moments: MomentList) {
    this.#library = library
    this.#moments = moments
  }

  /** The newest first. Errors: as `Library.ask`. */
  async of(file: string | undefined, sync: string | undefined, key: string): Promise<History> {
    const { points, sync: info } = await this.#moments.like(file, sync)
    const shown = points.some((point) => point.file === info.file && point.sync === info.id)
      ? points
      : [...points, { file: info.file, sync: info.id, endedAt: info.endedAt }]
    const states: State[] = []
    for (const point of shown.toSorted(inOrder).slice(-MOST_SYNCS)) states.push(await this.#stateIn(point, key))
    const events = states.map((state, i) => changesBetween(states[i - 1], state))
    return { sync: info, syncs: states.length, events: events.toReversed().flat() }
  }

  async #stateIn({ file, sync }: { readonly file: string; readonly sync: string }, key: string): Promise<State> {
    const name = `${this.#library.stamp(file)} ${sync} ${key}`
    return (
      this.#known.get(name) ??
      this.#known.keep(name, await this.#library.ask(file, sync, ({ view }) => stateIn(view, file, key)))
    )
  }
}

const inOrder = (a: { readonly endedAt: string }, b: { readonly endedAt: string }): number =>
  a.endedAt < b.endedAt ? -1 : a.endedAt > b.endedAt ? 1 : 0

function stateIn(view: SyncView, file: string, key: string): State {
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
  return { at: endOfSync(view.sync), file, syncId: view.sync.syncId, facts: thing && factsOf(thing), grants }
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

function changesBetween(before: State | undefined, { at, file, syncId, facts, grants }: State): readonly Event[] {
  const event = (what: string, old: string | null = null, now: string | null = null): Event => ({
    ...{ at, file, syncId, what, old, new: now },
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
