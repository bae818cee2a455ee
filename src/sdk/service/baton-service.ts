import type { ResourceId } from '../model/model.ts'
import type { EncryptionConfig } from './credentials/encrypt-secret.ts'

/**
 * A protobuf message by full name, for example `c1.connector.v2.GrantAlreadyExists`, with its fields in the names of our `.proto` files (snake_case).
 *
 * Shape: plain JSON, so that it can be kept in a file: a `google.protobuf.Any` is a `TypedMessage` again, a `Struct` a plain object, a
 * `Timestamp` an RFC 3339 text, an enum value its name; absent fields are left out.
 */
export interface TypedMessage {
  readonly type: string
  readonly value: Readonly<Record<string, unknown>>
}

/** What a task asks for, parsed and checked no further than its form. A part that did not come is `undefined`. */
export type TaskWork =
  | { readonly kind: 'none' }
  | { readonly kind: 'hello' }
  | {
      readonly kind: 'sync-full'
      readonly skipEntitlementsAndGrants: boolean
      readonly skipGrants: boolean
      /** Leaves expansion to the service. */
      readonly skipExpandGrants: boolean
      /** Resources to sync by id; empty for all. */
      readonly targets: readonly ResourceId[]
      /** Type ids to sync; empty for all. */
      readonly types: readonly string[]
      /** `pebble`, `sqlite` or `''`, as asked. */
      readonly storageEngine: string
    }
  | {
      readonly kind: 'grant'
      readonly entitlement: EntitlementRef | undefined
      readonly principal: ResourceId | undefined
    }
  | { readonly kind: 'revoke'; readonly grant: GrantRef | undefined }
  | {
      readonly kind: 'create-account'
      readonly account: AccountInfo | undefined
      /** Which member of the oneof came; `unset` for a message without one, `undefined` for no message. */
      readonly credentials: CredentialOption | undefined
      readonly resourceType: string
    }
  | { readonly kind: 'create-resource'; readonly resource: NewResource | undefined }
  | { readonly kind: 'delete-resource'; readonly id: ResourceId | undefined }
  | { readonly kind: 'list-actions'; readonly resourceType: string }
  | { readonly kind: 'get-action'; readonly name: string }
  | {
      readonly kind: 'invoke-action'
      readonly name: string
      readonly args: Readonly<Record<string, unknown>>
      readonly resourceType: string
    }
  | { readonly kind: 'action-status'; readonly name: string; readonly id: string }
  | {
      readonly kind: 'issue-credential'
      /** Whom it shall prove. */
      readonly identity: ResourceId | undefined
      /** Which member of the oneof came, by the field's name; `unset` for a message without one, `undefined` for no message. */
      readonly option: 'api_key' | 'keypair' | 'token' | 'client_secret' | 'unset' | undefined
      readonly scopes: readonly string[]
      readonly encryption: readonly EncryptionConfig[]
      readonly until: Date | undefined
    }
  | {
      readonly kind: 'rotate-credential'
      readonly id: ResourceId | undefined
      /** As in `create-account`. */
      readonly credentials: CredentialOption | undefined
      readonly encryption: readonly EncryptionConfig[]
    }
  | { readonly kind: 'list-event-feeds' }
  | {
      readonly kind: 'list-events'
      /** `''` means the one feed of Go connectors from before feeds had names. */
      readonly feed: string
      readonly cursor: string
      readonly startAt: Date | undefined
      /** 0 where the service did not say. */
      readonly size: number
    }
  | { readonly kind: 'list-ticket-schemas' }
  | { readonly kind: 'get-tickets'; readonly ids: readonly string[]; readonly bulk: boolean }
  /** Known to the protocol and offered by no part of ours: tickets to create. The name is the field's. */
  | { readonly kind: 'not-offered'; readonly name: string }
  /** `event_feed`, `create_sync_diff`, `compact_syncs`, or a member of the oneof that this program does not know (`''`). */
  | { readonly kind: 'unsupported'; readonly name: string }

/** Which member of `c1.connector.v2.CredentialOptions` came. */
export type CredentialOption = 'no-password' | 'random-password' | 'sso' | 'encrypted-password' | 'unset'

/** Task kinds as they stand in metrics, status and logs. */
export type TaskKind = TaskWork['kind']

const KINDS: Readonly<Record<Exclude<TaskKind, 'none'>, true>> = {
  hello: true,
  'sync-full': true,
  grant: true,
  revoke: true,
  'create-account': true,
  'create-resource': true,
  'delete-resource': true,
  'list-actions': true,
  'get-action': true,
  'invoke-action': true,
  'action-status': true,
  'issue-credential': true,
  'rotate-credential': true,
  'list-event-feeds': true,
  'list-events': true,
  'list-ticket-schemas': true,
  'get-tickets': true,
  'not-offered': true,
  unsupported: true,
}

/** Every kind of task there is; `none` is no work. */
export const TASK_KINDS = Object.keys(KINDS) as readonly TaskKind[]

export interface Task {
  /** 27 letters and digits. */
  readonly id: string
  readonly debug: boolean
  readonly work: TaskWork
}

export interface EntitlementRef {
  readonly id: string
  readonly slug: string
  readonly resource: ResourceId | undefined
}

export interface GrantRef {
  /** May be a constant that names no grant; see baton-service.md §6.1. */
  readonly id: string
  readonly entitlement: EntitlementRef | undefined
  readonly principal: ResourceId | undefined
}

export interface AccountInfo {
  readonly emails: readonly { readonly address: string; readonly isPrimary: boolean }[]
  readonly login: string
  readonly profile: Readonly<Record<string, unknown>>
}

export interface NewResource {
  readonly id: ResourceId
  readonly displayName: string
}

/** What becomes of a task. Every task ends in exactly one of these, acknowledged by the service. */
export type TaskResult =
  | { readonly kind: 'success'; readonly response?: TypedMessage; readonly annotations?: readonly TypedMessage[] }
  | {
      readonly kind: 'failure'
      /** gRPC status number, never 0. */
      readonly code: number
      /** One sentence, without secrets. */
      readonly message: string
      /** The service should hand the task out again. */
      readonly retryable: boolean
      /** Details of the status, for example `google.rpc.ErrorInfo`. */
      readonly details?: readonly TypedMessage[]
    }

export interface Poll {
  readonly tasks: readonly Task[]
  /** Wait before the next poll in milliseconds, as the service asked; 0 where it did not. */
  readonly nextPollMs: number
}

export interface Heartbeat {
  /** Milliseconds until the next; 0 where the service did not say. */
  readonly nextMs: number
  readonly cancelled: boolean
}

export interface HostFacts {
  readonly hostname: string
  readonly os: string
  readonly platform: string
  readonly platformVersion: string
  readonly platformFamily: string
  readonly kernelVersion: string
  readonly kernelArch: string
  readonly virtualizationSystem: string
}

export interface BuildFacts {
  readonly langVersion: string
  readonly package: string
  readonly packageVersion: string
}

export interface Hello {
  /** `''` at startup, the task's id where a hello task is answered. */
  readonly taskId: string
  readonly build: BuildFacts
  /** No text may be empty, or the service refuses the registration. */
  readonly host: HostFacts
  /** `c1.connector.v2.ConnectorMetadata`. */
  readonly metadata: TypedMessage
}

export interface ServiceCall {
  readonly signal: AbortSignal
}

export interface UploadCall extends ServiceCall {
  /** Told after each chunk that was handed to the connection. */
  readonly onSent?: (bytes: number) => void
}

/** Reason of an upload's error where the whole file was sent and only the answer did not come: the service may have the file. */
export const ANSWER_LOST = 'answer-lost'

/**
 * The platform's side, `c1.connectorapi.baton.v1.BatonService`, as the daemon needs it. One call is one RPC with a deadline of its own; a
 * token that is no longer honoured is fetched anew and the call repeated once.
 *
 * Errors: `ConnectorError`; the code is the status' where the closed set has it, `internal` else, with the status' name as reason.
 * `unavailable` for everything that a broken connection or a malformed answer brings, never `unimplemented`; `unauthenticated` only when a
 * fresh token is refused, too; `canceled` on the signal.
 */
export interface BatonService {
  hello(hello: Hello, call: ServiceCall): Promise<void>
  /** At most one task. */
  getTask(call: ServiceCall): Promise<Poll>
  /** `known` are the ids of tasks queued and running. */
  getTasks(wanted: { readonly pageSize: number; readonly known: readonly string[] }, call: ServiceCall): Promise<Poll>
  heartbeat(taskId: string, call: ServiceCall): Promise<Heartbeat>
  finishTask(taskId: string, result: TaskResult, call: ServiceCall): Promise<void>
  /** Sends a file as the asset of a task: one attempt, from its first byte. Memory is flat. Errors: with the reason `ANSWER_LOST` where it applies. */
  upload(taskId: string, path: string, call: UploadCall): Promise<void>
  close(): void
}
