import { defaultRetryPolicy, retrying } from '../../pacing/retry.ts'
import type { Ambient } from '../ambient.ts'
import type { Product } from '../product.ts'
import type { Io } from '../io.ts'
import type { SourceCall } from '../core/core-command.ts'
import type { RunConfig } from '../../settings/catalog.ts'

/** A person waits for the answer: passing faults are tried again, but not for long. */
const ATTEMPTS = 3

/** Tries the endpoint and the key with one small query, and says in one sentence that it works. Failures say what is wrong, as errors. */
export async function validate({ product, ambient, config, io }: SourceCall): Promise<number> {
  const { network, url, requests } = await validateOnce(product, ambient, config, io)
  io.stdout.write(
    config.output === 'json'
      ? `${JSON.stringify({ valid: true, network, url, requests })}\n`
      : `The key can read the network ${network} at ${new URL(url).host}.\n`,
  )
  return 0
}

/** What a key can read, and the requests that it took to learn that. */
export interface Validated {
  readonly network: string
  readonly url: string
  readonly requests: number
}

/** Tries endpoint and key of one tenant. Errors: any `ConnectorError`. */
export async function validateOnce(
  product: Product,
  ambient: Ambient,
  config: RunConfig,
  io: Pick<Io, 'log' | 'reread' | 'setIn'>,
): Promise<Validated> {
  const { place, connector, traffic } = await product.open(config, ambient, io)
  const { signal } = ambient
  await retrying(() => connector.validate({ signal, log: io.log }), {
    policy: { ...defaultRetryPolicy, attempts: ATTEMPTS },
    operation: 'validate',
    signal,
    onRetry: ({ error, waitMs }) => io.log.warn('trying again', { detail: error.detail, wait: waitMs / 1000 }),
  })
  return { ...place, requests: traffic().requests }
}
