import { createEventLog, type EventLog } from './event-log.ts'
import { openJsonLines } from './json-lines.ts'
import { markSchema, peerEventSchema, replySchema, summarySchema } from './peer-events.ts'
import type { PeerEventOf, PeerMark, PeerSummary, Reply } from './peer-events.ts'
import type { PeerCommand, TaskJson } from './peer-commands.ts'

/** A BatonService of the official stubs in a process of its own, told what to hand out and how to fail. */
export interface BatonPeer extends Pick<EventLog, 'all' | 'heard' | 'listen'> {
  /** `127.0.0.1:<port>`, for `BATON_C1_API_HOST`. */
  readonly host: string
  /** PEM of the authority to trust. */
  readonly caFile: string
  readonly clientId: string
  readonly clientSecret: string
  /** Carries out a command. Errors: with the service's words where it refuses. */
  tell(command: PeerCommand): Promise<Reply>
  /** Puts tasks into the queue and returns their ids. */
  enqueue(...tasks: readonly TaskJson[]): Promise<readonly string[]>
  /** When the service has acknowledged the end of a task. */
  finished(taskId: string): Promise<PeerEventOf<'finished'>>
  /** When all tasks enqueued before are done with. */
  drained(within?: number): Promise<void>
  summary(): Promise<PeerSummary>
  mark(name: string): Promise<PeerMark>
  /** Rules broken by clients so far, each as `<rule> <rpc>: <text>`. */
  violations(): Promise<readonly string[]>
  close(): Promise<void>
}

export interface PeerFolders {
  /** For the authority's certificate. */
  readonly certificates: string
  /** For files uploaded; they are thrown away where it is left out. */
  readonly uploads?: string
}

/** Starts the service of the command `service`. */
export async function startBatonPeer(command: string, { certificates, uploads }: PeerFolders): Promise<BatonPeer> {
  const log = createEventLog()
  const replies = new Map<
    number,
    { readonly resolve: (reply: Reply) => void; readonly reject: (reason: Error) => void }
  >()
  let commands = 0
  let enqueuedAt = 0
  const onLine = (document: unknown): void => {
    if (typeof document === 'object' && document !== null && 'event' in document)
      return log.add(peerEventSchema.parse(document))
    const reply = replySchema.parse(document)
    const waiting = replies.get(reply.reply)
    replies.delete(reply.reply)
    if (reply.error === undefined) waiting?.resolve(reply)
    else waiting?.reject(new Error(reply.error))
  }
  const onEnd = (reason: Error): void => {
    log.fail(reason)
    for (const { reject } of replies.values()) reject(reason)
  }
  const args = ['--certificates', certificates, ...(uploads === undefined ? [] : ['--uploads', uploads])]
  const lines = openJsonLines(command, args, onLine, onEnd)
  const { port, ca, clientId, clientSecret } = await log.heard('ready')

  const tell = (asked: PeerCommand): Promise<Reply> =>
    new Promise((resolve, reject) => {
      commands += 1
      replies.set(commands, { resolve, reject })
      lines.send({ id: commands, ...asked })
    })

  return {
    all: log.all,
    heard: log.heard,
    listen: log.listen,
    host: `127.0.0.1:${port}`,
    caFile: ca,
    clientId,
    clientSecret,
    tell: async (asked) => {
      const reply = await tell(asked)
      if (asked.do === 'enqueue') enqueuedAt = reply.number
      return reply
    },
    async enqueue(...tasks) {
      const reply = await tell({ do: 'enqueue', tasks })
      enqueuedAt = reply.number
      return reply['ids'] as readonly string[]
    },
    finished: (taskId) => log.heard('finished', (event) => event.taskId === taskId),
    drained: async (within = 30_000) => void (await log.heard('drained', () => true, { after: enqueuedAt, within })),
    summary: async () => summarySchema.parse(await tell({ do: 'summary' })),
    mark: async (name) => markSchema.parse(await tell({ do: 'mark', name })),
    async violations() {
      await tell({ do: 'flush' })
      const broken = log.all.filter((event) => event.event === 'violation')
      return broken.map(({ rule, rpc, text }) => [rule, rpc, text].join(' ').trim())
    },
    close: () => lines.close(),
  }
}
