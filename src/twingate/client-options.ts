import type { Clock, Logger } from '../sdk/ground/ports.ts'
import type { RereadSecret } from '../sdk/ground/renewable-secret.ts'
import type { Secret } from '../sdk/ground/secret.ts'
import type { Transport } from '../sdk/http/transport.ts'
import type { RatePacer } from '../sdk/pacing/rate-limit.ts'
import type { SettingPlaces } from './endpoint.ts'
import type { Asked } from './query.ts'

export interface ClientCall {
  readonly signal: AbortSignal
  readonly log: Logger
  /** Where the query waits for others that travel in the same request (together.ts). @default a request of its own */
  readonly joint?: Joint
}

/** Where queries of one moment wait for each other. */
export interface Joint {
  /** The answer of a query that travels with others. `undefined` where the others are gone: it goes alone. */
  take(asked: Asked): Promise<unknown> | undefined
}

export interface ClientOptions {
  /** The GraphQL endpoint, with its trailing slash. */
  readonly url: URL
  readonly key: Secret
  /** Asked when the key is refused; a new one is used for the same request once more. @default the key stays */
  readonly rereadKey?: RereadSecret
  /** Says whether a 308 may move the client, with its key, to this address. */
  readonly mayMoveTo: (url: URL) => boolean
  readonly transport: Transport
  /** Reads and writes are limited apart. */
  readonly pacers: { readonly read: RatePacer; readonly write: RatePacer }
  readonly clock: Clock
  /** `product/version`. */
  readonly userAgent: string
  /** @default the flags of a run for one network */
  readonly places?: SettingPlaces
}
