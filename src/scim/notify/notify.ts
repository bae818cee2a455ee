import type { ProcessContext } from '../../sdk/cli/command.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { createTransport } from '../../sdk/http/transport.ts'
import { trustedContext } from '../../sdk/http/trusted-certificates.ts'
import type { Logger } from '../../sdk/ground/ports.ts'
import { retrying, type RetryPolicy } from '../../sdk/pacing/retry.ts'
import type { Secret } from '../../sdk/ground/secret.ts'
import type { NotifyConfig } from '../config/config.ts'
import { webhookProblem } from '../config/addresses.ts'
import { readSecret } from '../config/secret-reference.ts'
import type { Notice } from './notice.ts'
import { sendWebhook } from './send-webhook.ts'

const TIMEOUT_MS = 30_000
const RETRY: RetryPolicy = { attempts: 4, attemptsIfMalformed: 4, firstWaitMs: 2_000, mostWaitMs: 30_000 }

export interface NotifyTools {
  readonly process: Pick<ProcessContext, 'env' | 'signal' | 'version'>
  readonly log: Logger
  readonly hide: (secret: Secret) => void
  /** @default four attempts within a minute */
  readonly retry?: RetryPolicy
}

/**
 * Sends a notice to everybody the configuration names. A notice that does not arrive is an error in the log and no reason to stop provisioning.
 *
 * Gives how many arrived.
 */
export async function notify(config: NotifyConfig, notice: Notice, tools: NotifyTools): Promise<number> {
  const ways = [
    ...(config.webhook ? [() => byWebhook(config.webhook, notice, tools)] : []),
    ...(config.email ? [() => byEmail(config.email, notice, tools)] : []),
  ]
  const results = await Promise.allSettled(ways.map((way) => retried(way, tools)))
  for (const result of results)
    if (result.status === 'rejected')
      tools.log.error('a notification was not sent', { error: ConnectorError.from(result.reason, 'notify') })
  return results.filter(({ status }) => status === 'fulfilled').length
}

const retried = (way: () => Promise<void>, { process, log, retry = RETRY }: NotifyTools): Promise<void> =>
  retrying(way, {
    policy: retry,
    operation: 'notify',
    signal: process.signal,
    onRetry: ({ error, waitMs }) =>
      log.warn('a notification is sent again', { detail: error.detail, wait: waitMs / 1000 }),
  })

async function byWebhook(
  webhook: NotifyConfig['webhook'],
  notice: Notice,
  { process, hide }: NotifyTools,
): Promise<void> {
  if (!webhook) return
  const url = 'url' in webhook ? webhook.url : await secretUrl(webhook.urlFrom, process, hide)
  const { env, signal, version } = process
  const transport = createTransport({
    timeoutMs: TIMEOUT_MS,
    env,
    ...(url.startsWith('https:') && { secureContext: trustedContext(env) }),
    peer: { operation: 'notify', setting: 'notify.webhook' },
  })
  await sendWebhook(new URL(url), notice, { transport, signal, version })
}

async function secretUrl(
  reference: Parameters<typeof readSecret>[0],
  { env }: Pick<ProcessContext, 'env'>,
  hide: NotifyTools['hide'],
): Promise<string> {
  const secret = await readSecret(reference, env)
  hide(secret)
  const problem = webhookProblem(secret.reveal())
  if (problem !== undefined) throw new ConnectorError('invalid-argument', 'notify', `${reference.setting} ${problem}`)
  return secret.reveal()
}

async function byEmail(email: NotifyConfig['email'], notice: Notice, { process, hide }: NotifyTools): Promise<void> {
  if (!email) return
  const password = email.password && (await readSecret(email.password, process.env))
  if (password) hide(password)
  const { sendEmail } = await import('./send-email.ts')
  await sendEmail(email, password, notice)
}
