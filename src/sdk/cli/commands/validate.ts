import { defaultRetryPolicy, retrying } from '../../pacing/retry.ts'
import type { Ambient } from '../ambient.ts'
import type { Product } from '../product.ts'
import type { RunCommand } from '../io.ts'

/** A person waits for the answer: passing faults are tried again, but not for long. */
const ATTEMPTS = 3

/** Tries the endpoint and the key with one small query, and says in one sentence that it works. Failures say what is wrong, as errors. */
export const createValidateCommand =
  (product: Product, ambient: Ambient): RunCommand =>
  async (config, io) => {
    const { place, connector, traffic } = await product.open(config, ambient, io)
    const { signal } = ambient
    await retrying(() => connector.validate({ signal, log: io.log }), {
      policy: { ...defaultRetryPolicy, attempts: ATTEMPTS },
      operation: 'validate',
      signal,
      onRetry: ({ error, waitMs }) => io.log.warn('trying again', { detail: error.detail, wait: waitMs / 1000 }),
    })
    const { network, url } = place
    io.stdout.write(
      config.output === 'json'
        ? `${JSON.stringify({ valid: true, network, url, requests: traffic().requests })}\n`
        : `The key can read the network ${network} at ${new URL(url).host}.\n`,
    )
    return 0
  }
