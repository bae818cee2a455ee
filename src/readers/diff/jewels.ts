import type { Expansion } from '../access/expansion.ts'
import type { SyncView } from '../file/sync-view.ts'
import { keyOf } from '../model/thing.ts'
import { hasTags } from '../rows/has-tags.ts'

/** Tags of the crown jewels, unless others are named. */
export const DEFAULT_JEWELS: readonly string[] = ['tier=0']

/** Crown jewels of one sync: what has the tags, and what opens it. */
export interface Jewels {
  /** What has the tags, by `keyOf`. */
  readonly things: ReadonlySet<string>
  /** Entitlements on them, and those by which people hold one of these. */
  readonly entitlements: ReadonlySet<string>
}

/** A key that stands in a file as it is typed, whatever form its tags have. */
const PLAIN_KEY = /^[\w.:/-]+(?==|$)/

/** Finds the crown jewels. `expansion` is only asked for where there are some. */
export function jewelsOf(view: SyncView, tags: readonly string[], expansion: () => Expansion): Jewels {
  const [key] = PLAIN_KEY.exec(tags[0] ?? '') ?? []
  const candidates = key === undefined ? view.things() : view.thingsHolding(key)
  const things = new Set(Array.from(hasTags(candidates, tags), ({ id }) => keyOf(id)))
  if (things.size === 0) return { things, entitlements: new Set() }
  const on = new Set<string>()
  for (const { id, resource } of view.entitlements()) if (things.has(keyOf(resource))) on.add(id)
  const opens = (id: string): boolean =>
    on.has(id) ||
    expansion()
      .leadsTo(id, 'user')
      .some((reached) => on.has(reached))
  return { things, entitlements: new Set([...expansion().leadingTo([...on])].filter(opens)) }
}
