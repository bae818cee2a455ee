import type { Gaps } from '../gaps.ts'
import { quoted } from '../quoted.ts'

const MOST_NAMED = 10

/** Counts the grants on groups that became no membership. */
export class LeftOut {
  /** Added by expansion. */
  inherited = 0
  /** The principal is of a type that is neither user nor group. */
  strangers = 0
  /** The principal is not in the file. */
  unknown = 0
  #unnamed = 0
  #firstUnnamed = ''

  /** Grants of an entitlement that the file does not hold. */
  unnamed(entitlementId: string, count: number): void {
    if (this.#unnamed === 0) this.#firstUnnamed = entitlementId
    this.#unnamed += count
  }

  /** Adds to the gaps what may be memberships; gives what is certainly none, as notes. `others` are entitlements of groups that are no memberships. */
  tell(file: string, others: ReadonlySet<string>, gaps: Gaps): readonly string[] {
    if (this.#unnamed > 0)
      gaps.add(
        `${file} does not hold the entitlements of ${this.#unnamed} grants on groups, the first is ${quoted(this.#firstUnnamed)}; they may be memberships`,
      )
    const named = [...others].slice(0, MOST_NAMED).map(quoted).join(', ')
    return [
      [
        this.inherited,
        `only direct memberships are used; left out because they come through other groups: ${this.inherited}`,
      ],
      [this.strangers, `members that are neither users nor groups are left out: ${this.strangers}`],
      [this.unknown, `members that the file does not hold are left out: ${this.unknown}`],
      [others.size, `what groups give besides membership is left out: ${named}`],
    ].flatMap(([count, text]) => (count === 0 ? [] : [`${file}: ${text}`]))
  }
}
