import type { SecureContext } from 'node:tls'
import { z } from 'zod'
import { ConnectorError } from '../../ground/errors.ts'
import type { Clock, Logger, RandomBytes } from '../../ground/ports.ts'
import type { Peer } from '../../http/network-error.ts'
import type { Secret } from '../../ground/secret.ts'
import { createAuthorizedCalls } from './authorized-calls.ts'
import type { BatonService, TypedMessage } from '../baton-service.ts'
import { createChannel } from './channel.ts'
import { parseClientId } from './credentials.ts'
import { durationMs } from '../../wire/messages/duration.ts'
import { helloFields } from './hello-message.ts'
import { decodeMessage, encodeMessage } from '../../wire/messages/message-bytes.ts'
import { resultFields } from './result-to-message.ts'
import { taskMessage } from './task-from-message.ts'
import { platformHost } from './platform-host.ts'
import { callUnary, type Method } from './rpc.ts'
import type { HttpPost } from './token-request.ts'
import { createTokenSource } from './token-source.ts'
import { trustedContext } from '../../http/trusted-certificates.ts'
import { createUpload } from './upload.ts'
import { programName } from '../../ground/program-name.ts'

/** Times that a call may take, in milliseconds, token and connection included. A repeat with a fresh token has as long again. */
export interface Deadlines {
  /** Name look-up, connection and TLS. @default 10,000 */
  readonly connect: number
  /** @default 30,000 */
  readonly hello: number
  /** `GetTask` and `GetTasks`. @default 60,000 */
  readonly poll: number
  /** @default 30,000 */
  readonly heartbeat: number
  /** @default 30,000 */
  readonly finish: number
  /** From one chunk of an upload to the next; an upload as a whole has no limit. @default 60,000 */
  readonly chunk: number
  /** From the end of an upload to its answer, in which the service stores the file, besides a second for every 5 MB. @default 300,000 */
  readonly stored: number
}

export const DEADLINES: Deadlines = Object.freeze({
  connect: 10_000,
  hello: 30_000,
  poll: 60_000,
  heartbeat: 30_000,
  finish: 30_000,
  chunk: 60_000,
  stored: 300_000,
})

/** What a transport needs to know of the token endpoint: for its error texts, whom to trust, and the largest answer to read. */
export interface TokenPeer {
  readonly peer: Pick<Peer, 'operation' | 'setting'>
  readonly secureContext: SecureContext
  readonly maxBytes: number
}

export interface GrpcServiceOptions {
  /** As the platform shows it: `<name>@<host>/<rest>`. */
  readonly clientId: string
  readonly clientSecret: Secret
  /** Reads the secret again from its file, as `ResolvedConfig.reread`; asked when it is refused. */
  readonly rereadSecret: () => Promise<Secret | undefined>
  /** See `hostIdOf`. */
  readonly hostId: string
  readonly version: string
  /** A transport for tokens, through the proxy of `env`. It trusts these certificates instead of Node's own if there are any. */
  readonly transportFor: (peer: TokenPeer) => HttpPost
  /** BATON_C1_API_HOST, HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE. */
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly random: RandomBytes
  readonly log: Logger
  /** Told when a call has failed because our credentials are refused, after what a fresh token or a file read again could mend. */
  readonly onRefused?: () => void
  readonly deadlines?: Partial<Deadlines>
}

/** A token is a few kilobytes; a page of something else must not fill the memory. */
const LARGEST_TOKEN = 1024 * 1024

const PACKAGE = 'c1.connectorapi.baton.v1'

const none = z.unknown()
const oneTask = z.object({ task: taskMessage.optional(), next_poll: durationMs })
const manyTasks = z.object({ tasks: z.array(taskMessage).default([]), next_poll: durationMs })
const beat = z.object({ next_heartbeat: durationMs, cancelled: z.boolean().default(false) })

/**
 * The platform over gRPC. Nothing is sent before a method is called.
 *
 * Errors: `invalid-argument` for credentials, hosts, proxies and certificate files that cannot be used, in sentences that name flag or variable.
 */
export function createGrpcService(options: GrpcServiceOptions): BatonService {
  const { hostId, version, env, log } = options
  const clientId = parseClientId(options.clientId)
  const host = platformHost(clientId, env)
  const deadlines = { ...DEADLINES, ...options.deadlines }
  const userAgent = [clientId.name.replace(/[^\x21-\x7e]/g, ''), `${programName().program}/${version}`].join(' ').trim()
  const closing = new AbortController()
  const { transportFor, clock, random, rereadSecret } = options
  const secureContext = trustedContext(env)
  const tokens = createTokenSource({
    host,
    clientId,
    secret: options.clientSecret,
    rereadSecret,
    post: transportFor({
      peer: { operation: 'fetch a token', setting: host.setting },
      secureContext,
      maxBytes: LARGEST_TOKEN,
    }),
    clock,
    random,
    userAgent,
    log,
    stop: closing.signal,
  })
  const channel = createChannel({ host, userAgent, env, secureContext, connectTimeoutMs: deadlines.connect })
  const call = createAuthorizedCalls({ host, tokens, channel, log, onRefused: options.onRefused ?? (() => {}) })

  async function unary<T>(
    rpc: { readonly method: Method; readonly operation: string; readonly limitMs: number },
    fields: TypedMessage['value'],
    answer: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const name = `${PACKAGE}.BatonService${rpc.method}`
    const request = encodeMessage({ type: `${name}Request`, value: { host_id: hostId, ...fields } })
    const bytes = await call({ ...rpc, signal }, (attempt) => callUnary(rpc.method, request, attempt))
    try {
      return answer.parse(decodeMessage(`${name}Response`, bytes))
    } catch (error) {
      const detail = `${host.host} sent an answer that cannot be read`
      throw new ConnectorError('unavailable', rpc.operation, detail, error, 'malformed answer')
    }
  }

  const poll = { operation: 'poll for tasks', limitMs: deadlines.poll }

  return {
    async hello(hello, { signal }) {
      const rpc = { method: 'Hello', operation: 'say hello', limitMs: deadlines.hello } as const
      await unary(rpc, helloFields(hello), none, signal)
    },
    async getTask({ signal }) {
      const { task, next_poll: nextPollMs } = await unary({ method: 'GetTask', ...poll }, {}, oneTask, signal)
      return { tasks: task ? [task] : [], nextPollMs }
    },
    async getTasks({ pageSize, known }, { signal }) {
      const fields = { page_size: pageSize, known_task_ids: known }
      const { tasks, next_poll: nextPollMs } = await unary({ method: 'GetTasks', ...poll }, fields, manyTasks, signal)
      return { tasks, nextPollMs }
    },
    async heartbeat(taskId, { signal }) {
      const rpc = { method: 'Heartbeat', operation: 'send a heartbeat', limitMs: deadlines.heartbeat } as const
      const { next_heartbeat: nextMs, cancelled } = await unary(rpc, { task_id: taskId }, beat, signal)
      return { nextMs, cancelled }
    },
    async finishTask(taskId, result, { signal }) {
      const rpc = { method: 'FinishTask', operation: 'report a task', limitMs: deadlines.finish } as const
      await unary(rpc, { task_id: taskId, ...resultFields(result) }, none, signal)
    },
    upload: createUpload({ call, hostId, chunkMs: deadlines.chunk, storedMs: deadlines.stored }),
    close() {
      closing.abort()
      channel.close()
    },
  }
}
