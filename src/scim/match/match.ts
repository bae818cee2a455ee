import type { DatabaseSync } from 'node:sqlite'
import type { Kind, TargetValues } from '../model.ts'
import type { Policy } from '../plan/policy.ts'
import { foldName, nameAttribute } from '../state/match-values.ts'
import { duplicateSource, duplicateTarget, markConflict, markDoubles } from './conflicts.ts'
import { candidateFinder } from './candidates.ts'

/** One source object that is in scope and tied to nothing. */
interface Seeker {
  readonly key: number
  readonly label: string
  readonly values: TargetValues
}

/**
 * Ties source objects of a kind that are in scope to objects in the target's image that are certainly the same: by the first matching attribute
 * that finds something. Two hits are a conflict, and so are two that hit the same.
 *
 * `only` restricts it to these source keys.
 */
export function matchByImage(database: DatabaseSync, policy: Policy, kind: Kind, only?: ReadonlySet<number>): void {
  markDoubles(database, kind)
  if (!database.prepare('select 1 from target_object where kind = ? and attributes is not null limit 1').get(kind))
    return
  const claims = new Map<number, { readonly seeker: Seeker; readonly how: string }[]>()
  const find = candidateFinder(database, kind)
  for (const seeker of seekers(database, kind, only)) {
    const found = firstHit(seeker, policy.matching[kind], kind, find)
    if (!found) continue
    const [target, ...more] = found.targets
    if (target === undefined) continue
    if (more.length > 0)
      markConflict(database, seeker.key, duplicateTarget(found.path, found.value, found.targets.length))
    else claims.set(target, [...(claims.get(target) ?? []), { seeker, how: found.path }])
  }
  settle(database, kind, claims)
}

function* seekers(database: DatabaseSync, kind: Kind, only: ReadonlySet<number> | undefined): Generator<Seeker> {
  const rows = database.prepare(`
    select d.key, d.label, coalesce(d.on_create, d.attributes) from main.desired d
    where d.kind = ? and d.verdict = 'in' and d.key not in (select source_key from temp.tie) and d.key not in (select key from temp.conflict)`)
  rows.setReturnArrays(true)
  for (const row of rows.iterate(kind)) {
    const [key, label, values] = row as unknown as [number, string, string]
    if (!only || only.has(key)) yield { key, label, values: JSON.parse(values) as TargetValues }
  }
}

/** Values are compared exactly, names of users and e-mail addresses without case. */
export const foldMatch = (kind: Kind, path: string, value: string): string =>
  path === nameAttribute(kind) ? foldName(kind, value) : /^emails\b/i.test(path) ? value.toLowerCase() : value

function firstHit(
  { values }: Seeker,
  paths: readonly string[],
  kind: Kind,
  find: (path: string, value: string) => readonly number[],
): { readonly path: string; readonly value: string; readonly targets: readonly number[] } | undefined {
  for (const path of paths) {
    const value = values[path]
    if (typeof value !== 'string') continue
    const targets = find(path, foldMatch(kind, path, value))
    if (targets.length > 0) return { path, value, targets }
  }
  return undefined
}

/** Ties an object that exactly one source object claims, unless another one that is still in scope holds it. */
function settle(
  database: DatabaseSync,
  kind: Kind,
  claims: ReadonlyMap<number, readonly { readonly seeker: Seeker; readonly how: string }[]>,
): void {
  const holderOf = database.prepare(`select t.source_key as key, d.label, d.verdict from temp.tie t
    left join main.desired d on d.key = t.source_key where t.target_key = ?`)
  const release = database.prepare('delete from temp.tie where target_key = ?')
  const tie = database.prepare("insert into temp.tie values (?, ?, 'matched', 0, ?)")
  for (const [target, claimants] of claims) {
    const holder = holderOf.get(target)
    const isHeld = holder !== undefined && holder['verdict'] !== 'out'
    const all = [
      ...claimants.map(({ seeker }) => seeker),
      ...(isHeld ? [{ key: Number(holder['key']), label: String(holder['label']) }] : []),
    ]
    const [first] = claimants
    if (!first || all.length > 1) {
      for (const { key } of all)
        markConflict(
          database,
          key,
          duplicateSource(
            kind,
            first?.how ?? '',
            all.map(({ label }) => label),
          ),
        )
      continue
    }
    // Whoever held it has left: it is the same person under a new id of the source.
    if (holder) release.run(target)
    tie.run(first.seeker.key, target, holder ? `${first.how}, of ${String(holder['label'])}, who left` : first.how)
  }
}
