import type { DatabaseSync } from 'node:sqlite'
import { type Looker, listKind, pagesOf } from '../act/look.ts'
import { runPool } from '../act/pool.ts'
import type { Kind, TargetObject, TargetValues } from '../model.ts'
import type { Policy } from '../plan/policy.ts'
import { nameAttribute } from '../state/match-values.ts'

/** What a search found out about those it was asked for. */
export interface Sought {
  /** Source keys that are certainly not at the target. */
  readonly absent: ReadonlySet<number>
  /** The kind was listed in full: then this holds for everything that is not in the image. */
  readonly listed: boolean
}

/**
 * Brings into the image what the target has for source objects that are tied to nothing: by a filter for each where filters prove something and that costs
 * fewer requests, else by a listing.
 */
export async function seek(
  database: DatabaseSync,
  looker: Looker,
  policy: Policy,
  kind: Kind,
  seekers: readonly number[],
  signal: AbortSignal,
): Promise<Sought> {
  if (seekers.length === 0) return { absent: new Set(), listed: false }
  const paths = policy.matching[kind]
  const isAsked = (path: string): path is 'externalId' | 'userName' | 'displayName' =>
    path === 'externalId' || path === nameAttribute(kind)
  const asks = paths.filter(isAsked)
  if (asks.length < paths.length || seekers.length * asks.length > pagesOf(looker, kind))
    return { absent: new Set(), listed: await listKind(looker, kind, signal) }
  const valuesOf = database.prepare('select coalesce(on_create, attributes) as on_create from desired where key = ?')
  const absent = new Set<number>()
  const found: TargetObject[] = []
  let doubt = false
  await runPool(
    seekers,
    looker.width,
    () => doubt || signal.aborted,
    async (key) => {
      const values = JSON.parse(String(valuesOf.get(key)?.['on_create'] ?? '{}')) as TargetValues
      for (const path of asks) {
        const value = values[path]
        if (typeof value !== 'string') continue
        const { objects, proven } = await looker.target.find(kind, path, value, signal)
        found.push(...objects)
        if (!proven) doubt = true
        if (doubt || objects.length > 0) return
      }
      absent.add(key)
    },
  )
  looker.targetImage.put(found)
  return doubt ? { absent: new Set(), listed: await listKind(looker, kind, signal) } : { absent, listed: false }
}
