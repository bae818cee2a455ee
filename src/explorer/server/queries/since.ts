import type { ResourceId } from '../../../sdk/model/model.ts'
import { endOfSync } from '../../../readers/file/open-files.ts'
import { latestFinishedFull } from '../../../sdk/snapshot/tables/latest-sync.ts'
import type { Way } from '../answers.ts'
import type { OpenSync } from '../open-sync.ts'

type Since = NonNullable<Way['since']>

/** Looks into the older syncs of the same file for how long a way has been there. */
export class SinceWhen {
  readonly #open: OpenSync
  /** Finished full syncs up to the shown one, the newest first. */
  readonly #syncs: readonly { readonly id: string; readonly at: string }[]

  constructor(open: OpenSync) {
    this.#open = open
    const { snapshot, sync } = open.view
    this.#syncs = snapshot.syncs
      .filter((each) => each.syncId === sync.syncId || latestFinishedFull([each]) !== undefined)
      .map((each) => ({ id: each.syncId, at: endOfSync(each) }))
      .filter(({ at }) => at <= endOfSync(sync))
      .sort((a, b) => (a.at < b.at ? 1 : -1))
  }

  /** Since when a principal holds the first of the entitlements and each passes on to the next; `null` where a grant is not in the file. */
  of(principal: ResourceId, entitlementIds: readonly string[]): Since | null {
    const { view } = this.#open
    let held: ResourceId | undefined = principal
    let youngest = this.#syncs.length
    for (const id of entitlementIds) {
      if (!held) return null
      const depth = this.#depth(id, held)
      if (depth === 0) return null
      youngest = Math.min(youngest, depth)
      held = view.entitlement(id)?.resource
    }
    const first = this.#syncs[youngest - 1]
    return first ? { at: first.at, isOldest: youngest === this.#syncs.length } : null
  }

  /** In how many syncs without a gap, counted from the newest. */
  #depth(entitlementId: string, principal: ResourceId): number {
    const found = new Set(
      this.#open.database
        .prepare(
          `select distinct sync_id from v1_grants
           where entitlement_id = ? and principal_resource_type_id = ? and principal_resource_id = ?`,
        )
        .all(entitlementId, principal.type, principal.id)
        .map((row) => row['sync_id']),
    )
    const gap = this.#syncs.findIndex(({ id }) => !found.has(id))
    return gap < 0 ? this.#syncs.length : gap
  }
}
