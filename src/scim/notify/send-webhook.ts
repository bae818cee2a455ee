import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Transport } from '../../sdk/http/transport.ts'
import { adviceFor, type Notice, subjectOf } from './notice.ts'

/**
 * Posts a notice as JSON: `text` for chat tools that show it as it is, the rest for programs.
 *
 * Errors: as the transport; `unavailable` for an answer that is no success. No error names more of the address than its host: the rest may be a secret.
 */
export async function sendWebhook(
  url: URL,
  notice: Notice,
  {
    transport,
    signal,
    version,
  }: { readonly transport: Transport; readonly signal: AbortSignal; readonly version: string },
): Promise<void> {
  const { reason, detail, source, target, at } = notice
  const body = JSON.stringify({
    text: `${subjectOf(notice)}: ${detail}. ${adviceFor(reason)}`,
    reason,
    detail,
    source,
    target,
    at: at.toISOString(),
  })
  const headers = { 'content-type': 'application/json', 'user-agent': `baton-twingate/${version}` }
  const { status } = await transport({ method: 'POST', url, headers, body, signal })
  if (status >= 200 && status < 300) return
  const words = status >= 300 && status < 400 ? 'answered with a redirect, which is not followed' : `answered ${status}`
  throw new ConnectorError('unavailable', 'notify', `the webhook at ${url.host} ${words}`)
}
