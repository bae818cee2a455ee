import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { type KeyLevel, TENANT_KEYS } from './api-keys.ts'
import { PAGE_SIZES, type PageSizes } from './connection.ts'
import { demoTenant } from './demo-tenant.ts'
import { TOO_MANY_REQUESTS, faultReply } from './fault-reply.ts'
import type { FaultAction, FaultKind, RetryAfterForm } from './faults.ts'
import { GRAPHQL_PATH, graphqlEndpoint } from './graphql-endpoint.ts'
import type { Habits } from './habits.ts'
import { type LimiterModel, rateLimiter } from './rate-limiter.ts'
import { errorsReply, htmlReply, jsonReply, noReply, redirectReply, type Reply, send } from './reply.ts'
import { type JoinedRequest, type RequestIdentity, requestIdentity } from './request-identity.ts'
import { retryAfter } from './retry-after.ts'
import { type Plan, Schedule } from './schedule.ts'
import { SCIM_PATH, SCIM_TOKEN, scimEndpoint } from './scim/endpoint.ts'
import type { Tenant } from './tenant.ts'

/** Reads and writes are counted apart. The live API allows 60 reads and 20 writes a minute. */
export interface Limits {
  readonly model: LimiterModel
  /** Requests a window; a missing number means no limit. */
  readonly reads?: number
  readonly writes?: number
  /** Whether a request counts once for each list it asks for. Default false. */
  readonly byLists?: boolean
  /** Default 60,000. */
  readonly windowMs?: number
  /** Default `seconds`. */
  readonly retryAfter?: RetryAfterForm
}

export interface TenantOptions extends Plan {
  /** Default `demoTenant()`. */
  readonly tenant?: Tenant
  /** API keys and what each may do. Default `TENANT_KEYS`. */
  readonly keys?: Readonly<Record<string, KeyLevel>>
  /** How a read key is refused a mutation. Default `http-403`. */
  readonly refusal?: 'http-403' | 'errors-200'
  readonly limits?: Limits
  readonly habits?: Habits
  /** Default 50 and 100. */
  readonly pageSizes?: PageSizes
  /** Answers every request on the path, whatever its method or key, with 308 and this `Location`. */
  readonly redirectTo?: string
  /** Epoch milliseconds for limiter, log and HTTP dates. Default the system's clock. */
  readonly now?: () => number
  /** Bearer token of the SCIM side. Default `SCIM_TOKEN`. */
  readonly scimToken?: string
  /** SCIM requests a second. Default no limit; the live API allows 25. */
  readonly scimPerSecond?: number
  /** Told of each GraphQL answer, with its body, before it is sent. Default nobody. */
  readonly onAnswer?: (record: RequestRecord, body: string) => void
  /** Default any free port. */
  readonly port?: number
  /** PEM texts; given, the server speaks TLS. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** One request as it was answered. The key itself is never kept. */
export interface RequestRecord {
  readonly operation: string
  /** What it asks, of one list or of several, each under the names that it has alone. */
  readonly lists: readonly Pick<RequestIdentity, 'operation' | 'page' | 'variables'>[]
  readonly mutation: boolean
  readonly variables: Readonly<Record<string, unknown>>
  /** Index of the page, 0 for the first. */
  readonly page: number
  /** From 1; 0 for a request refused before the schedule saw it. */
  readonly attempt: number
  /** HTTP status, 0 when the connection ended without one. */
  readonly status: number
  readonly keyOk: boolean
  /** Whether the limiter refused it. */
  readonly limited: boolean
  readonly at: number
  readonly fault?: FaultKind
}

/** What was asked under the name of one operation, alone or with others, in the order answered. */
export const askedOf = (requests: readonly RequestRecord[], operation: string) =>
  requests.flatMap(({ lists, ...request }) =>
    lists.filter((list) => list.operation === operation).map((list) => ({ ...request, ...list })),
  )

/** One SCIM request as it was answered. */
export interface ScimRecord {
  readonly method: string
  readonly url: string
  readonly status: number
}

export interface RunningTenant {
  /** The GraphQL URL, with its slash. */
  readonly url: string
  readonly scimUrl: string
  /** Every SCIM request, in the order answered. */
  readonly scimRequests: readonly ScimRecord[]
  /** Regenerates the SCIM token; the one before is refused from now on. */
  setScimToken(token: string): void
  readonly baseUrl: string
  readonly tenant: Tenant
  /** Every POST to the GraphQL path, in the order answered. */
  readonly requests: readonly RequestRecord[]
  counts(): RequestCounts
  /** Replaces faults and changes, and counts attempts from 1 again. */
  plan(plan: Plan): void
  /** Stops listening and ends all connections. */
  close(): Promise<void>
}

export interface RequestCounts {
  readonly total: number
  readonly reads: number
  readonly writes: number
  readonly limited: number
  readonly faults: number
}

/** Serves a tenant on 127.0.0.1. */
export const startTenant = async (options: TenantOptions = {}): Promise<RunningTenant> => {
  const { tenant = demoTenant(), pageSizes = PAGE_SIZES, now = Date.now, keys = TENANT_KEYS, limits } = options
  const endpoint = graphqlEndpoint(tenant, { sizes: pageSizes, ...(options.habits && { habits: options.habits }) })
  const requests: RequestRecord[] = []
  const windowMs = limits?.windowMs ?? 60_000
  const reads = limits?.reads === undefined ? undefined : rateLimiter(limits.model, limits.reads, windowMs)
  const writes = limits?.writes === undefined ? undefined : rateLimiter(limits.model, limits.writes, windowMs)
  let schedule = new Schedule(options, tenant)
  let late: readonly { readonly at: number; readonly execute: () => Promise<Reply> }[] = []
  let scimToken = options.scimToken ?? SCIM_TOKEN
  const scimRequests: ScimRecord[] = []
  const scim = scimEndpoint(tenant, () => scimToken)
  const perSecond =
    options.scimPerSecond === undefined ? undefined : rateLimiter('sliding', options.scimPerSecond, 1_000)

  const handleScim = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = incoming
    const body = await text(incoming)
    const waitMs = perSecond?.(now()) ?? 0
    const reply =
      waitMs > 0
        ? errorsReply(429, TOO_MANY_REQUESTS, retryAfter(limits?.retryAfter ?? 'seconds', waitMs, now()))
        : scim({ method, url, authorization: headers.authorization, body })
    scimRequests.push({ method, url, status: reply.status })
    send(response, reply)
  }

  const answer = async (body: string, level: KeyLevel | undefined): Promise<Answer> => {
    if (level === undefined) return { reply: errorsReply(401, 'Unauthorized') }
    const request = requestIdentity(body, pageSizes)
    if (!request) return { reply: errorsReply(400, 'Must provide a query.') }
    const weight = limits?.byLists === true ? request.parts.length : 1
    const waitMs = (request.mutation ? writes : reads)?.(now(), weight) ?? 0
    if (waitMs > 0) {
      const header = retryAfter(limits?.retryAfter ?? 'seconds', waitMs, now())
      return { request, reply: errorsReply(429, TOO_MANY_REQUESTS, header), limited: true }
    }
    const due = late.filter(({ at }) => at <= now())
    late = late.filter((one) => !due.includes(one))
    for (const { execute } of due) await execute()
    const { attempt, fault, struck, change } = schedule.next(request)
    change('before')
    tenant.network.endAccess(now())
    const execute = async () => {
      if (request.mutation && level === 'read') return readOnly(options.refusal ?? 'http-403')
      return endpoint(body)
    }
    const defer = (at: number) => {
      late = [...late, { at, execute }]
    }
    const reply = await (fault ? faultReply(fault, { request: struck, now: now(), execute, defer }) : execute())
    change('after')
    return { request, reply, attempt, fault }
  }

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (incoming.url?.startsWith(`${SCIM_PATH}/`) === true) return handleScim(incoming, response)
    if (incoming.url !== GRAPHQL_PATH) return send(response, htmlReply(404, 'Not Found'))
    if (options.redirectTo !== undefined) return send(response, redirectReply(options.redirectTo))
    if (incoming.method !== 'POST')
      return send(response, { ...htmlReply(405, 'POST only'), headers: { allow: 'POST' } })
    const body = await text(incoming)
    const key = incoming.headers['x-api-key']
    const level = typeof key === 'string' && Object.hasOwn(keys, key) ? keys[key] : undefined
    const given = await answer(body, level)
    const answered = record(given, level !== undefined, now())
    requests.push(answered)
    options.onAnswer?.(answered, given.reply.body)
    if (given.reply.delayMs !== undefined) await wait(given.reply.delayMs, undefined, { ref: false })
    send(response, given.reply)
  }
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    handle(incoming, response).catch(() => send(response, noReply))
  }

  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const baseUrl = `${options.tls ? 'https' : 'http'}://127.0.0.1:${String(port)}`
  return {
    url: baseUrl + GRAPHQL_PATH,
    baseUrl,
    scimUrl: baseUrl + SCIM_PATH,
    scimRequests,
    setScimToken: (token) => {
      scimToken = token
    },
    tenant,
    requests,
    counts: () => ({
      total: requests.length,
      reads: requests.filter((request) => !request.mutation).length,
      writes: requests.filter((request) => request.mutation).length,
      limited: requests.filter((request) => request.limited).length,
      faults: requests.filter((request) => request.fault !== undefined).length,
    }),
    plan: (plan) => {
      schedule = new Schedule(plan, tenant)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Answer {
  readonly reply: Reply
  readonly request?: JoinedRequest
  readonly attempt?: number
  readonly fault?: FaultAction | undefined
  readonly limited?: boolean
}

function record({ reply, request, attempt, fault, limited }: Answer, keyOk: boolean, at: number): RequestRecord {
  return {
    operation: request?.operation ?? '',
    lists: (request?.parts ?? []).map(({ operation, page, variables }) => ({ operation, page, variables })),
    mutation: request?.mutation ?? false,
    variables: request?.variables ?? {},
    page: request?.page ?? 0,
    attempt: attempt ?? 0,
    status: reply.status,
    keyOk,
    limited: limited ?? false,
    at,
    ...(fault ? { fault: fault.kind } : {}),
  }
}

function readOnly(refusal: 'http-403' | 'errors-200'): Reply {
  const message = 'The API key does not permit this operation.'
  if (refusal === 'http-403') return errorsReply(403, message)
  return jsonReply(200, JSON.stringify({ data: null, errors: [{ message }] }))
}
