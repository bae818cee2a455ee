import type { GrantTerms } from '../sdk/contract/provisioner.ts'
import type { Named } from './names/find.ts'

/** A change of who holds what, with the names it was found by. */
export interface NamedChange {
  /** As it was asked for: `role` is a grant of a role. */
  readonly operation: 'grant' | 'revoke' | 'role'
  readonly slug: string
  /** The group, role or resource. */
  readonly target: Named
  readonly principal: Named
  /** Of the access to a resource. */
  readonly terms?: GrantTerms
  /** Where it stands in a file. */
  readonly line?: number
}
