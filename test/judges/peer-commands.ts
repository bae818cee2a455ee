/** A task as protobuf JSON, for example `{ syncFull: {} }`. Without an id it gets a new one. */
export type TaskJson = Readonly<Record<string, unknown>>

/** Names of gRPC statuses as protobuf writes them, for example `UNAVAILABLE`. */
export type StatusName =
  | 'CANCELLED'
  | 'UNKNOWN'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'OUT_OF_RANGE'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DATA_LOSS'
  | 'UNAUTHENTICATED'

export type Rpc = 'Hello' | 'GetTask' | 'GetTasks' | 'Heartbeat' | 'FinishTask' | 'UploadAsset'

export interface FaultAct {
  /** Left out, the call is only delayed. */
  readonly action?:
    'status' | 'hold' | 'drop' | 'reset' | 'http' | 'html' | 'garbage' | 'empty' | 'truncated' | 'oversize'
  readonly code?: StatusName
  readonly message?: string
  /** Of the HTTP page. */
  readonly status?: number
  /** Before the call is handled, or after: then only its answer is lost. */
  readonly when?: 'before' | 'after'
  readonly delayMs?: number
  /** Strikes when so many bytes of an upload have come. */
  readonly atBytes?: number
}

export interface Fault {
  /** Which calls; what is left out matches all. */
  readonly on: {
    readonly rpc?: Rpc
    readonly taskId?: string
    /** The field of the task's work, for example `sync_full`. */
    readonly kind?: string
    /** First and last of the calls of one RPC for one task, counted from 1 since the fault was set; a last of 0 is open. */
    readonly attempts?: readonly [first: number, last: number]
    readonly every?: number
  }
  /** Done in turn, one each time the fault strikes. */
  readonly acts: readonly FaultAct[]
  /** How often it strikes at most; always where left out. */
  readonly times?: number
}

export interface TokenAnswer {
  readonly status?: number
  readonly body?: string
  readonly delayMs?: number
  readonly hang?: boolean
  readonly drop?: boolean
}

/** What the service can be told; `test/conformance/cmd/service/doc.go` explains each. */
export type PeerCommand =
  | {
      readonly do: 'enqueue'
      readonly tasks: readonly TaskJson[]
      readonly copies?: number
      /** Adds an empty member of this number, as a kind of task of the future would have. */
      readonly unknownField?: number
    }
  | { readonly do: 'cancel' | 'abandon'; readonly taskId: string }
  | {
      readonly do: 'pace'
      readonly idlePollMs?: number
      readonly busyPollMs?: number
      readonly nextHeartbeatMs?: number
    }
  | { readonly do: 'lease'; readonly leaseMs: number }
  | { readonly do: 'fault'; readonly fault: Fault }
  | { readonly do: 'release'; readonly number?: number }
  | { readonly do: 'limit'; readonly perSecond: number }
  | { readonly do: 'credentials'; readonly name: string }
  | { readonly do: 'accept'; readonly clientId: string; readonly publicKey: string }
  | { readonly do: 'revoke'; readonly clientId: string }
  | { readonly do: 'rotate-key'; readonly clientId: string; readonly keepOld?: boolean }
  | { readonly do: 'revoke-tokens' | 'up' | 'summary' | 'flush' }
  | { readonly do: 'token-life'; readonly expiresInMs: number }
  | { readonly do: 'clock'; readonly aheadMs: number }
  | { readonly do: 'token-answers'; readonly answers: readonly TokenAnswer[]; readonly forever?: boolean }
  | { readonly do: 'certificate'; readonly name: 'good' | 'untrusted' | 'wrong-name' | 'expired' | 'old-tls' }
  | { readonly do: 'down'; readonly gracefully?: boolean }
  | { readonly do: 'restart'; readonly downMs: number; readonly gracefully?: boolean }
  | { readonly do: 'silence'; readonly on: boolean }
  | { readonly do: 'watch'; readonly events?: readonly string[] }
  | { readonly do: 'mark'; readonly name: string }
