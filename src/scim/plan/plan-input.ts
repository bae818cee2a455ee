import type { DatabaseSync } from 'node:sqlite'
import type { Kind } from '../model.ts'
import type { NewOperation } from '../state/operations.ts'
import type { Policy } from './policy.ts'

/** What a plan is made from, besides the images, `temp.tie`, `temp.conflict` and `temp.membership`. */
export interface PlanInput {
  readonly database: DatabaseSync
  readonly policy: Policy
  /** Without it, nothing is disabled, deleted or removed. */
  readonly sourceComplete: boolean
  /** Whether the image of the kind holds everything that the target holds. If not, nothing is disabled, deleted or removed. */
  readonly targetComplete: Readonly<Record<Kind, boolean>>
  /** Whether the target was listed in full in this cycle: what is not in the image is not there. */
  readonly listed: Readonly<Record<Kind, boolean>>
  /** Source keys whose absence from the target a filter has proven. */
  readonly provenAbsent: ReadonlySet<number>
  /** Whether the target keeps an attribute in its own way, or does not take it; asked each time, since it may be learned meanwhile. */
  readonly ignores: (kind: Kind, path: string) => boolean
  /** Whether users that nobody linked are taken out of linked groups, too. @default they stay */
  readonly repair?: boolean | undefined
  /** Restricts the plan to these source keys. */
  readonly only?: ReadonlySet<number> | undefined
  /** Restricts memberships to these source keys of members. @default all */
  readonly onlyMembers?: ReadonlySet<number> | undefined
  /** Hears of each operation. */
  readonly add: (operation: NewOperation) => void
  /** Called once for the creates of all objects of a kind that are in scope and tied to nothing. @default `add` is called for each */
  readonly addCreates?: ((kind: Kind, all: Pick<NewOperation, 'reason' | 'state'>) => void) | undefined
}
