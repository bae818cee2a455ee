import type { RandomBytes } from '../../sdk/ground/ports.ts'
import type { RetryPolicy } from '../../sdk/pacing/retry.ts'
import type { Kind } from '../model.ts'
import type { StandardInput } from './stdin/spooled.ts'

/** What sources need besides their settings. */
export interface SourceParts {
  /** Paths of the settings are relative to this folder. */
  readonly folder: string
  readonly stdin: StandardInput
  /** Names that mappings and scoping filters use: sources that must ask for attributes by name ask for these, besides their own. */
  readonly attributes: Readonly<Record<Kind, readonly string[]>>
  /** What sources behind a network use. */
  readonly network: SourceNetwork
}

export interface SourceNetwork {
  /** Where proxies and trusted certificates are named. */
  readonly env: NodeJS.ProcessEnv
  readonly random: RandomBytes
  /** `product/version`. */
  readonly userAgent: string
  /** @default the policy of the connector */
  readonly retry?: RetryPolicy
}
