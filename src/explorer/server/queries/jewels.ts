import type { Change } from '../../../readers/diff/change.ts'
import { keyOf } from '../../../readers/model/thing.ts'
import { hasTags } from '../../../readers/rows/has-tags.ts'
import type { OpenSync } from '../open-sync.ts'

/** A key that stands in a file as it is typed, whatever form its tags have. */
const PLAIN_KEY = /^[\w.:/-]+(?==|$)/

/** Crown jewels of one sync: what has the tags, and what opens it. */
interface Jewels {
  /** By `keyOf`. */
  readonly things: ReadonlySet<string>
  /** Entitlements on them, and those that lead there. */
  readonly entitlements: ReadonlySet<string>
  /** Types and names of whatever these entitlements are on. */
  readonly names: ReadonlySet<string>
}

/**
 * Whether a change between two syncs touches a crown jewel: its facts, an entitlement on it, or a grant of what leads there. What has the tags in
 * either sync is one.
 */
export function jewelTest(before: OpenSync, after: OpenSync, tags: readonly string[]): (change: Change) => boolean {
  const [old, now] = [jewelsOf(before, tags), jewelsOf(after, tags)]
  if (old.things.size + now.things.size === 0) return () => false
  return (change) => touches(change, before, [old, now]) || touches(change, after, [old, now])
}

function jewelsOf(open: OpenSync, tags: readonly string[]): Jewels {
  const { view } = open
  const [mention] = PLAIN_KEY.exec(tags[0] ?? '') ?? []
  const things = new Set(Array.from(hasTags(view.things(undefined, mention), tags), ({ id }) => keyOf(id)))
  const entitlements = new Set<string>()
  const names = new Set<string>()
  if (things.size === 0) return { things, entitlements, names }
  const opens = (id: string): boolean =>
    open.expansion.leadsTo(id, 'user').some((reached) => {
      const on = view.entitlement(reached)?.resource
      return on !== undefined && things.has(keyOf(on))
    })
  for (const { id, resource } of view.entitlements()) {
    if (!things.has(keyOf(resource)) && !opens(id)) continue
    entitlements.add(id)
    names.add(nameOf(resource.type, view.thing(resource).name))
  }
  return { things, entitlements, names }
}

const nameOf = (type: string | null, name: string | null): string => `${type ?? ''}\0${name ?? ''}`

function touches(
  { what, type, id, resourceType, resource }: Change,
  open: OpenSync,
  jewels: readonly Jewels[],
): boolean {
  const isOne = (entitlementId: string): boolean => jewels.some(({ entitlements }) => entitlements.has(entitlementId))
  if (what === 'entitlement') return isOne(id)
  if (what !== 'grant') return jewels.some(({ things }) => things.has(`${type ?? ''}:${id}`))
  // Why by name first: looking up each of a million grants takes seconds.
  if (!jewels.some(({ names }) => names.has(nameOf(resourceType, resource)))) return false
  const row = open.database
    .prepare('select * from v1_grants where external_id = ? and sync_id = ?')
    .get(id, open.view.sync.syncId)
  return row !== undefined && isOne(open.view.grantIn(row).entitlementId)
}
