import type { CommandCall } from '../../sdk/cli/command.ts'
import { createTransport } from '../../sdk/http/transport.ts'
import { trustedContext } from '../../sdk/http/trusted-certificates.ts'
import type { Secret } from '../../sdk/ground/secret.ts'
import type { ScimConfig } from '../config/config.ts'
import { readTokenSecret } from '../config/secret-reference.ts'
import type { ExchangeOptions } from '../target/exchange.ts'

type Call = Pick<CommandCall, 'process' | 'log' | 'hide' | 'progress'>

const TIMEOUT_MS = 120_000
const MOST_SOCKETS = 32

/** Reads the token of the target, and keeps it out of what is written. Errors: `invalid-argument` where it is nowhere. */
export async function readToken({ target }: ScimConfig, { process, hide }: Call): Promise<Secret> {
  const token = await readTokenSecret(target.token, process.env)
  hide(token)
  return token
}

/** How to speak to the target of a configuration. */
export function targetConnection(
  config: ScimConfig,
  token: Secret,
  call: Call,
): Omit<ExchangeOptions, 'requestsPerSecond'> {
  const { process, log, progress } = call
  const { url } = config.target
  const { clock, sleep, version } = process
  return {
    ...{ url, token, clock, sleep, log, version },
    rereadToken: () => readToken(config, call),
    transport: createTransport({
      timeoutMs: TIMEOUT_MS,
      maxSockets: MOST_SOCKETS,
      env: process.env,
      ...(url.startsWith('https:') && { secureContext: trustedContext(process.env) }),
      peer: { operation: 'call the target', setting: 'target' },
    }),
    onWait: (until) => progress(`waiting for the target until ${until.toISOString().slice(11, 19)}`),
  }
}
