import { request } from 'node:http'
import { ConnectorError } from '../../ground/errors.ts'
import { isRecord, parseJsonObject } from '../../settings/one-shot-fields.ts'
import { printable } from '../../text/printable.ts'
import type { WatchConfig } from '../../settings/catalog.ts'

/** Addresses that mean every interface; a probe on the same machine asks the loopback. */
const ANY: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/**
 * Asks the health server of the daemon and says nothing where the answer is yes.
 *
 * Errors: `unavailable` where nobody listens or the answer is no, `deadline-exceeded` where none came in time.
 */
export async function runHealthCheck(config: WatchConfig, flags: ReadonlyMap<string, string>): Promise<number> {
  const endpoint = flags.get('endpoint') ?? 'health'
  const timeoutMs = Number(flags.get('timeout') ?? 5) * 1000
  const address = config['health-check-bind-address']
  const host = ANY[address] ?? address
  const port = config['health-check-port']
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const fail = (code: 'unavailable' | 'deadline-exceeded', detail: string, cause?: unknown): ConnectorError =>
    new ConnectorError(code, 'health-check', detail, cause)
  const signal = AbortSignal.timeout(timeoutMs)
  let answer: Answer
  try {
    answer = await get({ host, port, path: `/${endpoint}`, signal })
  } catch (error) {
    if (signal.aborted) throw fail('deadline-exceeded', `${place} did not answer within ${timeoutMs / 1000} s`, error)
    throw fail(
      'unavailable',
      `nobody answers at ${place}; is the daemon started with --health-check, and is --health-check-port the same?`,
      error,
    )
  }
  if (answer.status === 200) return 0
  throw fail('unavailable', `${place}/${endpoint} answered ${answer.status}${reasonIn(answer.body)}`)
}

interface Answer {
  readonly status: number
  readonly body: string
}

const MOST_CHARS = 64 * 1024
/** Of a reason; another program may hold the port. */
const MOST_SHOWN = 1000

const get = (target: {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly signal: AbortSignal
}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asking = request({ ...target, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        if (body.length < MOST_CHARS) body += text
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      response.on('error', reject)
    })
    asking.on('error', reject)
    asking.end()
  })

/** What the health server gives as the reason, in its JSON; nothing for any other body. */
function reasonIn(body: string): string {
  const details = parseJsonObject(body)?.['details']
  const reason = isRecord(details) ? (details['validation_error'] ?? details['error']) : undefined
  return typeof reason === 'string' ? `: ${printable(reason).slice(0, MOST_SHOWN)}` : ''
}
