import type { Kind, TargetObject, TargetValues, AttributeChange } from '../model.ts'
import type { TargetProfile } from './profile.ts'

/** What a listing found. */
export interface Listing {
  readonly objects: number
  /**
   * Whether the pages add up: every page came, none repeated another, and at the end the server's own total is what was read.
   * Only a complete listing proves that something is absent.
   */
  readonly complete: boolean
  readonly requests: number
}

/** What a write came to, before anybody looked. Success is what a later read shows, not the status. */
export interface Written {
  /** The id, of what was created. */
  readonly id?: string | undefined
  readonly status: number
}

/**
 * A SCIM 2.0 server. All requests are paced and retried where that is safe; a write whose answer was lost is never repeated here.
 *
 * Errors: `ConnectorError`. A lost answer has reason `answer-lost`; 401 and 403 are `unauthenticated` and `permission-denied`; 404 is
 * `not-found`; 409 is `already-exists`; another refusal is `invalid-argument` with the server's own words quoted.
 */
export interface Target {
  /** Without a trailing slash. */
  readonly url: string
  readonly profile: TargetProfile
  /** Lists every object of a kind, inactive ones too, in pages. */
  list(kind: Kind, onPage: (objects: readonly TargetObject[]) => void, signal: AbortSignal): Promise<Listing>
  /** `undefined` for 404. */
  get(kind: Kind, id: string, signal: AbortSignal): Promise<TargetObject | undefined>
  /**
   * Objects whose attribute has the value: asked for by a filter and verified here, exactly for `externalId`, without case for `userName`,
   * exactly for `displayName`. `proven` is false where the answer does not prove that there are no others (rule 4).
   */
  find(
    kind: Kind,
    attribute: 'externalId' | 'userName' | 'displayName',
    value: string,
    signal: AbortSignal,
  ): Promise<{ readonly objects: readonly TargetObject[]; readonly proven: boolean }>
  /** Groups are created without members. */
  create(kind: Kind, values: TargetValues, signal: AbortSignal): Promise<Written>
  /** Sends the changes in one PATCH, spelt for this server and for what `current` holds. */
  update(current: TargetObject, changes: readonly AttributeChange[], signal: AbortSignal): Promise<Written>
  /** Adds or removes members, at most `profile.membersPerRequest` a call; the caller knows from a fresh read that each is needed. */
  changeMembers(
    group: string,
    change: { readonly add: readonly string[] } | { readonly remove: readonly string[] },
    signal: AbortSignal,
  ): Promise<Written>
  /** DELETE. Done on 404 too. */
  remove(kind: Kind, id: string, signal: AbortSignal): Promise<Written>
  /** Requests sent so far, and time they were held back for the rate limit. */
  traffic(): { readonly requests: number; readonly retries: number; readonly waitedMs: number }
}
