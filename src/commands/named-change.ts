import { MEMBER } from '../twingate/type-ids.ts'
import type { Named } from './names/find.ts'

/** A change of who holds what, with the names it was found by. */
export interface NamedChange {
  /** As it was asked for: `role` is a grant of a role. */
  readonly operation: 'grant' | 'revoke' | 'role'
  readonly slug: string
  /** The group or role. */
  readonly target: Named
  readonly principal: Named
  /** Where it stands in a file. */
  readonly line?: number
}

export const memberChange = (change: Omit<NamedChange, 'slug'>): NamedChange => ({ ...change, slug: MEMBER })
