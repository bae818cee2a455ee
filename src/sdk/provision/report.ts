import type { ConnectorError } from '../ground/errors.ts'
import type { ResourceId } from '../model/model.ts'
import type { HolderChange } from '../contract/provisioner.ts'

/** What became of one change. `planned` is the dry run's word for "would be carried out". */
export type ChangeOutcome =
  | 'granted'
  | 'already-granted'
  | 'revoked'
  | 'already-revoked'
  | 'planned'
  /** A guard or the server said no. */
  | 'refused'
  /** Not attempted, because something else in the same run was refused or failed. */
  | 'not-attempted'
  /** Sent or not, it could not be completed; running again does what is missing. */
  | 'failed'

export interface ChangeReport {
  readonly change: HolderChange
  readonly outcome: ChangeOutcome
  readonly before?: string
  readonly after?: string
  /** The resource whose entitlement of the same slug the principal has lost by it. */
  readonly replaced?: ResourceId
  /** What a person has to confirm before it is sent; of what is planned. */
  readonly concern?: string
  readonly error?: ConnectorError
}
