import { z } from 'zod'

const text = z.string()
const count = z.number().int().nonnegative()
const told = { number: count, at: z.number() }
const call = { call: count, rpc: text, taskId: text }
const outcome = z.enum(['success', 'failed', 'retryable', 'hello'])
const ending = { taskId: text, kind: text, outcome, code: count.optional(), message: text.optional() }

const event = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.strictObject({ event: z.literal(name), ...told, ...shape })

/** What the service tells; `test/conformance/cmd/service/doc.go` explains each field. */
export const peerEventSchema = z.discriminatedUnion('event', [
  event('ready', { port: count, ca: text, clientId: text, clientSecret: text }),
  event('token', {
    clientId: text.optional(),
    refused: text.optional(),
    scripted: z.unknown().optional(),
    assertion: z.looseObject({ header: z.unknown().optional(), claims: z.unknown().optional() }).optional(),
    userAgent: text,
    protocol: text,
  }),
  event('rpc', { ...call, request: z.unknown(), userAgent: text, deadline: z.boolean() }),
  event('answer', { ...call, code: count, tampered: z.boolean() }),
  event('fault', { ...call, fault: count, action: text, when: text }),
  event('handed', { taskId: text, kind: text, times: count }),
  event('finish', { ...ending, repeat: count }),
  event('finished', { ...ending, times: count, request: z.unknown().optional() }),
  event('drained', {}),
  event('upload', {
    taskId: text,
    try: count,
    bytes: count,
    chunkSizes: z.array(z.tuple([count, count])).nullable(),
    sha256: text,
    whole: z.boolean(),
    file: text,
    code: count,
    text,
  }),
  event('listening', { port: count }),
  event('connection-error', { text }),
  event('violation', { rule: text, text, rpc: text, taskId: text }),
])
export type PeerEvent = z.infer<typeof peerEventSchema>
export type PeerEventName = PeerEvent['event']
export type PeerEventOf<Name extends PeerEventName> = Extract<PeerEvent, { readonly event: Name }>

export const replySchema = z.looseObject({ reply: count, number: count, error: text.optional() })
export type Reply = z.infer<typeof replySchema>

const taskSummary = z.strictObject({
  taskId: text,
  kind: text,
  state: z.enum(['queued', 'out', 'delivered', 'finished']),
  handed: count,
  heartbeats: count,
  uploads: count,
  finishes: count,
  acknowledged: count,
  cancelled: z.boolean(),
  outcome: outcome.optional(),
  code: count.optional(),
  message: text.optional(),
})
export type TaskSummary = z.infer<typeof taskSummary>

export const summarySchema = z.object({
  tasks: z.array(taskSummary),
  totals: z.record(text, count),
  open: count,
  calls: z.record(text, count),
  violations: count,
  seconds: z.number(),
})
export type PeerSummary = z.infer<typeof summarySchema>

/** Since the mark before. `tasks` counts those that are done with. */
export const markSchema = z.object({
  name: text,
  since: text,
  seconds: z.number(),
  tasks: count,
  tasksPerSecond: z.number(),
  calls: count,
  callsPerSecond: z.number(),
})
export type PeerMark = z.infer<typeof markSchema>
