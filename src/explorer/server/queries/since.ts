import type { ResourceId } from '../../../sdk/model/model.ts'
import { fullSyncsUpTo } from '../../../readers/file/full-syncs.ts'
import type { Way } from '../answers.ts'
import type { OpenSync } from '../open-sync.ts'

type Since = NonNullable<Way['since']>

/** Looks into the older syncs of the same file for how long a way has been there. */
export class SinceWhen {
  readonly #open: OpenSync
  /** Finished full syncs up to the shown one, the newest first. */
  readonly #syncs: readonly { readonly id: string; readonly at: string }[]
  readonly #ids: readonly string[]

  constructor(open: OpenSync) {
    this.#open = open
    this.#syncs = fullSyncsUpTo(open.view)
    this.#ids = this.#syncs.map(({ id }) => id)
  }

  /** Since when a principal holds the first of the entitlements and each passes on to the next; `null` where a grant is not in the file. */
  of(principal: ResourceId, entitlementIds: readonly string[]): Since | null {
    const { view } = this.#open
    let held: ResourceId | undefined = principal
    let youngest = this.#syncs.length
    for (const id of entitlementIds) {
      if (!held) return null
      const depth = this.#open.source.depthOf(id, held, this.#ids)
      if (depth === 0) return null
      youngest = Math.min(youngest, depth)
      held = view.entitlement(id)?.resource
    }
    const first = this.#syncs[youngest - 1]
    return first ? { at: first.at, isOldest: youngest === this.#syncs.length } : null
  }
}
