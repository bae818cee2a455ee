import type { FaultAction, FaultKind } from './faults.ts'
import { falsify, withoutEntity } from './lies.ts'
import { errorsReply, htmlReply, jsonReply, noReply, redirectReply, type Reply } from './reply.ts'
import type { RequestIdentity } from './request-identity.ts'
import { retryAfter } from './retry-after.ts'

export const TOO_MANY_REQUESTS = '429 Too Many Requests'

/** What a fault needs to know of the request it strikes. `execute` gives the true answer, with its effects. */
export interface FaultContext {
  readonly request: RequestIdentity
  readonly now: number
  readonly execute: () => Promise<Reply>
  /** Has the request executed at a later moment, in epoch milliseconds. */
  readonly defer: (at: number) => void
}

/** The answer under a fault. Kinds that stand for a failure before the work is done never execute the request. */
export const faultReply = async (fault: FaultAction, context: FaultContext): Promise<Reply> =>
  REPLIES[fault.kind](fault, context)

type FaultReply = (fault: FaultAction, context: FaultContext) => Reply | Promise<Reply>

const waitHeader = (fault: FaultAction, now: number) =>
  retryAfter(fault.retryAfter ?? 'seconds', (fault.retryAfterSeconds ?? 1) * 1000, now)

const lie: FaultReply = async (fault, { request, execute }) => {
  const truth = await execute()
  return { ...truth, body: falsify(truth.body, fault, request.variables['after'], request.fields) }
}

const REPLIES: Readonly<Record<FaultKind, FaultReply>> = {
  '429': (fault, { now }) => errorsReply(429, TOO_MANY_REQUESTS, waitHeader(fault, now)),
  '413': () => htmlReply(413, 'Request Entity Too Large'),
  '504-html': () => htmlReply(504, '504 Gateway Time-out'),
  '500': () => errorsReply(500, 'Internal Server Error'),
  '502-html': () => htmlReply(502, '502 Bad Gateway'),
  '503': (fault, { now }) => errorsReply(503, 'Service Unavailable', waitHeader(fault, now)),
  'html-200': () => htmlReply(200, 'Twingate'),
  'html-404': () => htmlReply(404, 'Not Found'),
  '401': () => errorsReply(401, 'Unauthorized'),
  '403': () => errorsReply(403, 'Forbidden'),
  'redirect-308': (fault) => redirectReply(fault.location ?? '/api/graphql/moved/'),
  'errors-200': (fault) =>
    jsonReply(200, JSON.stringify({ data: null, errors: [{ message: fault.message ?? 'Something went wrong.' }] })),
  'errors-429-200': () => errorsReply(200, TOO_MANY_REQUESTS),
  reset: () => noReply,
  'reset-mid-body': async (_, { execute }) => ({ ...(await execute()), manner: 'half' }),
  'truncated-json': async (_, { execute }) => {
    const whole = await execute()
    return { ...whole, body: whole.body.slice(0, whole.body.length >> 1) }
  },
  slow: async (fault, { execute }) => ({ ...(await execute()), delayMs: fault.delayMs ?? 1000 }),
  // Not carried out, as if it had been lost on its way; the answer never comes in time.
  stall: (fault) => ({ ...noReply, delayMs: fault.delayMs ?? 1000 }),
  meet: async (fault, { execute }) => {
    const truth = await execute()
    await allThere(fault)
    return truth
  },
  'errors-partial': lie,
  'errors-path': lie,
  'drop-rows': lie,
  'drop-nested': lie,
  'repeat-cursor': lie,
  endless: lie,
  'null-cursor': lie,
  'wrong-total': lie,
  'null-node': lie,
  'ok-false': (fault, { request }) => refused(request, fault.message ?? 'Refused by the server.'),
  'ok-true-null-entity': async (_, { execute }) => {
    const truth = await execute()
    return { ...truth, body: withoutEntity(truth.body) }
  },
  'late-504': (fault, { now, defer }) => {
    defer(now + (fault.lateMs ?? 1000))
    return htmlReply(504, '504 Gateway Time-out')
  },
  'lost-answer': async (_, { execute }) => {
    await execute()
    return noReply
  },
}

const waiting = new WeakMap<FaultAction, (() => void)[]>()

/** Resolves for all of a meeting's requests at once, when the last of them has come; the next meeting begins then. */
const allThere = (fault: FaultAction): Promise<void> =>
  new Promise((resolve) => {
    const here = [...(waiting.get(fault) ?? []), resolve]
    const complete = here.length >= (fault.parties ?? 1)
    waiting.set(fault, complete ? [] : here)
    if (complete) for (const go of here) go()
  })

/** The mutation is not executed; each of its root fields answers `ok: false`. */
function refused(request: RequestIdentity, error: string): Reply {
  const payload = { ok: false, error, entity: null }
  return jsonReply(200, JSON.stringify({ data: Object.fromEntries(request.fields.map((name) => [name, payload])) }))
}
