import type { ConnectorError } from '../ground/errors.ts'
import type { Resource, ResourceId } from '../model/model.ts'
import type { Logger } from '../ground/ports.ts'
import type { Secret } from '../ground/secret.ts'

/** What a provisioning call may use. */
export interface ProvisionCall {
  readonly signal: AbortSignal
  readonly log: Logger
}

/** Conditions of a grant, where a source knows them; what is absent is the source's to decide, or stays as it is. */
export interface GrantTerms {
  /** When the source ends it by itself. */
  readonly until?: Date
  /** Whole seconds without use after which it is locked. */
  readonly lockAfterSeconds?: number
  /** What the principal must fulfil each time. */
  readonly policy?: ResourceId
}

/** Gives an entitlement of a resource to a principal, or takes it away. */
export interface HolderChange {
  readonly kind: 'grant' | 'revoke'
  /** The resource whose entitlement changes hands. */
  readonly resource: ResourceId
  readonly slug: string
  readonly principal: ResourceId
  /** Of a grant. @default none are asked for */
  readonly terms?: GrantTerms
}

/** One change judged against the present state. States are words for people: `member`, `not a member`, `role Member`. */
export type PlannedChange<C> =
  | {
      readonly change: C
      readonly verdict: 'needed'
      readonly before: string
      readonly after: string
      /** Whether it must be sent before the others, because the plan allows others only thanks to it. @default false */
      readonly first?: true
      /** The resource whose entitlement of the same slug the principal loses by it. */
      readonly replaces?: ResourceId
      /** What a person should confirm before it is sent, as a sentence without its end: `nobody reaches "Wiki" then`. */
      readonly concern?: string
    }
  /** Nothing to do: the wanted state is there already. */
  | { readonly change: C; readonly verdict: 'settled'; readonly state: string; readonly existing?: Resource }
  /** Must not or cannot be done; nothing may be sent for it. `existing` is the one thing that stands in the place of what was to be created. */
  | { readonly change: C; readonly verdict: 'refused'; readonly error: ConnectorError; readonly existing?: Resource }

/**
 * Gives and takes the entitlements of one resource type. Offering it gives the type the capability PROVISION.
 *
 * Why two steps: a plan only reads, so it serves as dry run, as guard before anything is sent, as answer to "already so?" and, after an
 * answer was lost, as the look at what really happened.
 */
export interface Provisioner {
  /**
   * Judges changes against the source's present state; one verdict per change, in their order. Guards look at all changes as a whole.
   *
   * Errors: `permission-denied`, `unauthenticated`, `unavailable` and the like when the state cannot be read. Refusals are verdicts:
   * `failed-precondition` for a guard, `not-found` for an unknown resource or principal, `invalid-argument` for a wrong kind of principal.
   */
  plan(changes: readonly HolderChange[], call: ProvisionCall): Promise<readonly PlannedChange<HolderChange>[]>
  /** Most changes that one `apply` takes, at least 1. */
  readonly mostPerWrite: number
  /**
   * Sends changes of the same kind on the same resource in one write. All were `needed` in a plan made just before.
   *
   * Errors: the server's refusal with its own words; `aborted` where the change was undone or must be looked after by a person, as the detail says;
   * `unavailable` or `deadline-exceeded` where it is unknown whether the write was
   * carried out: then a new plan tells.
   */
  apply(changes: readonly HolderChange[], call: ProvisionCall): Promise<void>
}

/** Facts for a new account. Only the address is needed. */
export interface NewAccount {
  readonly email: string
  readonly firstName?: string
  readonly lastName?: string
  /** In the source's own spelling, any case. */
  readonly role?: string
}

export type AccountOutcome =
  | { readonly kind: 'created'; readonly account: Resource }
  /** There was such an account, with the same facts as far as they were given. */
  | { readonly kind: 'already-exists'; readonly account: Resource }

/** One field of the form for a new account. Source: `ConnectorAccountCreationSchema.Field`. */
export interface AccountField {
  readonly name: string
  readonly displayName: string
  readonly description: string
  readonly required: boolean
  readonly placeholder?: string
}

/** Creates accounts of one resource type. Gives the capability ACCOUNT_PROVISIONING, with the credential option no-password. */
export interface AccountCreator {
  readonly accountFields: readonly AccountField[]
  /** Says what `createAccount` would do, without doing it. Errors as there. */
  planAccount(account: NewAccount, call: ProvisionCall): Promise<PlannedChange<NewAccount>>
  /**
   * Creates an account unless there is one with this address, any case.
   *
   * Errors: `already-exists` where there is one with other facts (its id, state and role are in the detail); `invalid-argument` for facts
   * that cannot be.
   */
  createAccount(account: NewAccount, call: ProvisionCall): Promise<AccountOutcome>
}

/** Deletes resources of one type. Gives RESOURCE_DELETE. */
export interface ResourceDeleter {
  /** Verdict `settled` where there is no such resource any more. */
  planDelete(id: ResourceId, call: ProvisionCall): Promise<PlannedChange<ResourceId>>
  /** Errors: `failed-precondition` for a guard. Deleting what is gone succeeds. */
  delete(id: ResourceId, call: ProvisionCall): Promise<'deleted' | 'already-deleted'>
}

/** Creates resources of one type by name. Gives RESOURCE_CREATE. */
export interface ResourceCreator {
  planCreate(displayName: string, call: ProvisionCall): Promise<PlannedChange<string>>
  /** Errors: `already-exists` where one of this name exists, because names would become ambiguous. */
  create(displayName: string, call: ProvisionCall): Promise<Resource>
}

/** What a credential is asked for with. */
export interface NewCredential {
  /** Whom it proves. */
  readonly identity: ResourceId
  /** Names the request: letters and digits. A second call with the same makes no second credential. */
  readonly requestId: string
  /** When it must be over. @default as the source does by itself */
  readonly until?: Date
}

export interface IssuedCredential {
  /** With facts of the kind `secret`: whom it proves, and when it is over. */
  readonly credential: Resource
  readonly secret: Secret
}

/** Makes new credentials of identities of one resource type. Gives CREDENTIAL_ISSUE. Source: baton-sdk `pkg/connectorbuilder/credentials.go`. */
export interface CredentialIssuer {
  readonly credentials: {
    /** Type id of what is made; resources of it can be deleted. */
    readonly type: string
    /** How long one may last, in seconds. */
    readonly leastSeconds: number
    readonly mostSeconds: number
  }
  /** Errors: `not-found` for an unknown identity; `invalid-argument` for an end that cannot be; `aborted` where one was made and its secret was lost. */
  issue(wanted: NewCredential, call: ProvisionCall): Promise<IssuedCredential>
}

/** Replaces credentials of one resource type by new ones. Gives CREDENTIAL_ROTATION. Source: baton-sdk `pkg/connectorbuilder/credentials.go`. */
export interface CredentialRotator {
  /**
   * Makes another credential in the place of one, hands over its secret, and only then ends the old one.
   *
   * Errors: `not-found` for an unknown credential; `failed-precondition` for one that proves nobody; `aborted` where a person must look, as the
   * detail says. After an error the old credential is as it was, unless the detail says otherwise.
   */
  rotate(id: ResourceId, handOver: (made: IssuedCredential) => Promise<void>, call: ProvisionCall): Promise<void>
}

/** One argument of an action. */
export interface ActionField {
  readonly name: string
  readonly displayName: string
  readonly description: string
  readonly required: boolean
}

/** Something else that can be done, by name. Gives the connector the capability ACTIONS. Source: `c1.connector.v2.BatonActionSchema`. */
export interface Action {
  readonly name: string
  readonly displayName: string
  readonly description: string
  /** Numbers and names of `c1.connector.v2.ActionType` that apply, for example `ACTION_TYPE_ACCOUNT_DISABLE`. */
  readonly types: readonly string[]
  readonly fields: readonly ActionField[]
  /** Judges without doing. The `change` is the resource acted on. */
  plan(args: Readonly<Record<string, unknown>>, call: ProvisionCall): Promise<PlannedChange<ResourceId>>
  /** Errors: `invalid-argument` for wrong arguments, `failed-precondition` for a guard, else the server's refusal. Safe to repeat. */
  invoke(args: Readonly<Record<string, unknown>>, call: ProvisionCall): Promise<Readonly<Record<string, unknown>>>
}

export const hasProvisioner = (syncer: object): syncer is Provisioner => 'apply' in syncer && 'plan' in syncer
export const hasAccountCreator = (syncer: object): syncer is AccountCreator => 'createAccount' in syncer
export const hasDeleter = (syncer: object): syncer is ResourceDeleter => 'delete' in syncer
export const hasRotator = (syncer: object): syncer is CredentialRotator => 'rotate' in syncer
export const hasIssuer = (syncer: object): syncer is CredentialIssuer => 'issue' in syncer
export const hasCreator = (syncer: object): syncer is ResourceCreator => 'create' in syncer
