import type { ConnectorError } from '../../sdk/ground/errors.ts'
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
  /**
   * All entries were readable and new, and nothing but the total is amiss: the server says none, or counts what it does not show. Two such listings
   * alike are as good.
   */
  readonly untold?: 'no total' | 'more than it shows' | undefined
  readonly requests: number
}

/** What a write came to, before anybody looked. Success is what a later read shows, not the status. */
export interface Written {
  /** The id, of what was created. */
  readonly id?: string | undefined
  readonly status: number
  /** It was refused with all values, and created without some. */
  readonly cut?: boolean
}

/** `kind` is that of all members named. @default user */
export type MemberChange =
  { readonly add: readonly string[]; readonly kind?: Kind } | { readonly remove: readonly string[] }

/** What a change of members came to. Those in `refused` were not taken; all others were, as far as the status tells. */
export interface MembersWritten extends Written {
  readonly refused: readonly { readonly id: string; readonly error: ConnectorError }[]
}

/**
 * Where a membership was found: `shown` by the group, now that its members were asked for by name; `hidden`, but proven by the user's own groups or by
 * a filter; or `nowhere`.
 */
export type SoughtMember = 'shown' | 'hidden' | 'nowhere'

export interface Traffic {
  /** Requests sent so far, refused and repeated ones included. */
  readonly requests: number
  readonly retries: number
  /** Time that requests were held back for the rate limit. */
  readonly waitedMs: number
}

/**
 * A SCIM 2.0 server. All requests are paced and retried where that is safe; a write whose answer was lost is never repeated here.
 *
 * Errors: `ConnectorError`. 401 and 403 are `unauthenticated` and `permission-denied`; 404 is `not-found`; 409 is `already-exists`; 405 and 501
 * are `unimplemented`; 412 is `aborted`; another refusal is `invalid-argument`; the server's own words are quoted. A write whose answer was lost
 * has reason `answer-lost`, `canceled` ones included. Any `unavailable` or `deadline-exceeded` of a write leaves open whether the change was
 * made: 500 and 503 have reason `http 500` and `http 503`.
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
  /** Groups are created without members, unless the server takes none so: then with some of those that `members` gives. */
  create(kind: Kind, values: TargetValues, signal: AbortSignal, members?: () => readonly string[]): Promise<Written>
  /** Sends the changes in one PATCH, spelt for this server and for what `current` holds. Nothing is sent where it holds them already. */
  update(current: TargetObject, changes: readonly AttributeChange[], signal: AbortSignal): Promise<Written>
  /**
   * Adds or removes members; the caller knows from a fresh read that each is needed. A batch that is refused is halved here, so that one bad id
   * stops no others; what is refused alone is given back. Nothing is sent for no ids.
   */
  changeMembers(group: string, change: MemberChange, signal: AbortSignal): Promise<MembersWritten>
  /** Looks for a member whom the group does not show as usual; how the target shows members is learned. */
  seekMember(group: string, user: string, signal: AbortSignal): Promise<SoughtMember>
  /** DELETE. Done on 404 too. */
  remove(kind: Kind, id: string, signal: AbortSignal): Promise<Written>
  traffic(): Traffic
  /** Keeps what was found about the server; whoever keeps the profile is told, as of what the target learns itself. */
  learn(found: Partial<TargetProfile>): void
}
