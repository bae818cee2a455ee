/**
 * The sources of a grant that was there, with those that were found; `undefined` where nothing changes.
 *
 * Shape: in the byte order of the ids. A grant without sources is held directly, and says so from now on; what is held directly stays so.
 * Source: baton-sdk v0.25.0 `pkg/sync/expand/expander.go`.
 */
export function mergedSources(
  stored: ReadonlyMap<string, boolean>,
  own: string,
  found: Iterable<readonly [entitlementId: string, isDirect: boolean]>,
): readonly (readonly [string, boolean])[] | undefined {
  const merged = new Map(stored.size === 0 ? [[own, true]] : stored)
  let changed = stored.size === 0
  for (const [id, isDirect] of found) {
    const before = merged.get(id)
    if (before === true || before === isDirect) continue
    merged.set(id, isDirect)
    changed = true
  }
  return changed ? [...merged].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))) : undefined
}
