import type { Fault, FaultAct, Rpc } from './peer-commands.ts'
import type { Ending, ServiceScript, Stage } from './service-script.ts'

const first = (rpc: Rpc, ...acts: readonly FaultAct[]): Fault => ({ on: { rpc, attempts: [1, acts.length] }, acts })
const unavailable: FaultAct = { action: 'status', code: 'UNAVAILABLE' }
const list = { actionListSchemas: {} }
const sync = { syncFull: {} }
const good: readonly Ending[] = ['success']
/** A sync that was stopped is to be handed out again. */
const stopped: readonly Ending[] = ['retryable 1', 'retryable 14']

/** Waits until a fault holds a call, does something, and lets the call go on. */
const whileHeld =
  (act: (stage: Stage) => unknown) =>
  async (stage: Stage): Promise<void> => {
    const { fault } = await stage.peer.heard('fault', ({ action }) => action === 'hold')
    await act(stage)
    await stage.peer.tell({ do: 'release', number: fault })
  }

const afterFirst = (rpc: Rpc, act: (stage: Stage) => unknown) => async (stage: Stage) => {
  await stage.peer.heard('answer', (event) => event.rpc === rpc)
  await act(stage)
}

const startup: readonly ServiceScript[] = [
  ...(
    [
      ['a service that is unavailable', unavailable],
      ['a service that is exhausted', { action: 'status', code: 'RESOURCE_EXHAUSTED' }],
      ['a connection that is cut', { action: 'drop' }],
      ['a lost answer', { action: 'drop', when: 'after' }],
      ['a page of a gateway', { action: 'http', status: 502 }],
      ['a page that says not found', { action: 'http', status: 404 }],
      ['an answer that does not decode', { action: 'garbage' }],
    ] as const satisfies readonly (readonly [string, FaultAct])[]
  ).map(([what, act]) => ({
    name: `the first hello is tried again after ${what}`,
    faults: [first('Hello', act)],
    tasks: () => [list],
    wanted: [good],
  })),
  ...([{ status: 500 }, { status: 429 }, { drop: true }] as const).map((answer) => ({
    name: `the first token is asked for again after ${JSON.stringify(answer)}`,
    before: [{ do: 'token-answers', answers: [answer] } as const],
    tasks: () => [list],
    wanted: [good],
  })),
  {
    name: 'wrong credentials end the daemon',
    before: [{ do: 'token-answers', answers: [{ status: 401 }], forever: true }],
    tasks: () => [],
    wanted: [],
    exits: 'not zero',
  },
  {
    name: 'an untrusted certificate ends the daemon',
    before: [{ do: 'certificate', name: 'untrusted' }],
    tasks: () => [],
    wanted: [],
    exits: 'not zero',
  },
]

const polling: readonly ServiceScript[] = [
  {
    name: 'polling goes on after errors',
    faults: [first('GetTask', unavailable, { action: 'status', code: 'INTERNAL' })],
    tasks: () => [list],
    wanted: [good],
  },
  {
    name: 'polling goes on after answers that do not decode',
    faults: [first('GetTask', { action: 'garbage' }, { action: 'empty' })],
    tasks: () => [list],
    wanted: [good],
  },
  {
    name: 'polling goes on after pages of a network that wants a login',
    faults: [first('GetTask', { action: 'html' }, { action: 'http', status: 404 })],
    tasks: () => [list],
    wanted: [good],
  },
  {
    name: 'a poll that is never answered does not end polling',
    faults: [first('GetTask', { action: 'hold' })],
    tasks: () => [list],
    wanted: [good],
  },
  {
    name: 'a task whose hand-out was lost is done when it comes again',
    before: [{ do: 'lease', leaseMs: 500 }],
    faults: [first('GetTask', { action: 'drop', when: 'after' })],
    tasks: () => [list],
    wanted: [good],
  },
  {
    name: 'three changes run at once',
    options: { slowChanges: true },
    tasks: (of) => [of.grant(0), of.grant(1), of.grant(2)],
    during: async ({ peer }) => {
      await peer.heard('handed', () => true, { times: 3 })
      if (peer.all.some(({ event }) => event === 'finish'))
        throw new Error('a change ended before the third was fetched')
    },
    wanted: [good, good, good],
  },
  {
    name: 'a token revoked while nothing happens is replaced',
    before: [{ do: 'token-life', expiresInMs: 12_000 }],
    tasks: () => [],
    during: afterFirst('GetTask', async ({ peer }) => {
      await peer.tell({ do: 'revoke-tokens' })
      await peer.enqueue(list)
    }),
    wanted: [good],
  },
]

const ending: readonly ServiceScript[] = [
  ...(
    [
      ['is refused as unavailable', unavailable],
      ['is refused as too much', { action: 'status', code: 'RESOURCE_EXHAUSTED' }],
      ['loses its connection', { action: 'drop' }],
      ['loses its answer', { action: 'drop', when: 'after' }],
      ['gets an answer that does not decode', { action: 'garbage', when: 'after' }],
      ['is never answered', { action: 'hold' }],
    ] as const satisfies readonly (readonly [string, FaultAct])[]
  ).map(([what, act]) => ({
    name: `a FinishTask that ${what} is sent again`,
    faults: [first('FinishTask', act)],
    tasks: () => [list],
    wanted: [good],
  })),
  {
    name: 'a token revoked before FinishTask is replaced and the call repeated',
    before: [{ do: 'token-life', expiresInMs: 12_000 }],
    faults: [first('FinishTask', { action: 'hold' })],
    tasks: () => [list],
    during: whileHeld(({ peer }) => peer.tell({ do: 'revoke-tokens' })),
    wanted: [good],
  },
  {
    name: 'a hello task whose Hello fails ends with an error',
    faults: [{ on: { rpc: 'Hello', kind: 'hello' }, acts: [{ action: 'status', code: 'INVALID_ARGUMENT' }] }],
    tasks: () => [{ hello: {} }],
    wanted: [['failed 3', 'retryable 3']],
  },
  {
    name: 'events of no feed end with an error',
    tasks: () => [{ listEvents: { eventFeedId: 'none' } }],
    wanted: [['failed 5', 'retryable 5', 'failed 12', 'retryable 12']],
  },
  {
    name: 'a task of a kind to come ends as unsupported',
    tasks: () => [{}],
    isFuture: true,
    wanted: [['retryable 2', 'retryable 12']],
  },
  {
    name: 'tasks with missing fields are refused for good',
    tasks: () => [{ grant: {} }, { revoke: {} }, { createAccount: {} }, { deleteResource: {} }],
    wanted: Array.from({ length: 4 }, () => ['failed 2', 'failed 3']),
  },
  {
    name: 'changes are refused where provisioning is off',
    options: { provisioning: false },
    tasks: (of) => [of.grant(0), of.revoke(), of.createAccount(), of.deleteUser()],
    wanted: Array.from({ length: 4 }, () => ['failed 9']),
  },
  {
    name: 'changes are made',
    tasks: (of) => [of.grant(0), of.revoke(), of.createAccount(), of.deleteUser()],
    wanted: [good, good, good, good],
  },
  {
    name: 'a change that cannot be made ends with its reason',
    tasks: (of) => [of.grantToNobody()],
    wanted: [['failed 5']],
  },
]

const syncing: readonly ServiceScript[] = [
  { name: 'a sync is uploaded and ends', tasks: () => [sync], wanted: [good] },
  {
    name: 'two syncs and a change do not disturb each other',
    tasks: (of) => [sync, of.grant(0), sync],
    wanted: [good, good, good],
  },
  {
    name: 'a sync of a type that is not there fails',
    tasks: () => [{ syncFull: { syncResourceTypeIds: ['nothing'] } }],
    wanted: [['retryable 2', 'retryable 3', 'failed 3']],
  },
  ...(
    [
      ['is refused', [unavailable]],
      ['loses its connection half-way', [{ action: 'drop', atBytes: 1 }]],
      ['loses its answer', [{ action: 'drop', when: 'after' }]],
      ['fails twice', [unavailable, { action: 'status', code: 'INTERNAL' }]],
    ] as const satisfies readonly (readonly [string, readonly FaultAct[]])[]
  ).map(([what, acts]) => ({
    name: `an upload that ${what} is sent again`,
    faults: [first('UploadAsset', ...acts)],
    tasks: () => [sync],
    wanted: [good],
  })),
  {
    name: 'an upload that keeps failing is reported and leaves no file',
    faults: [{ on: { rpc: 'UploadAsset' }, acts: [unavailable] }],
    tasks: () => [sync],
    wanted: [['retryable 14']],
  },
  {
    name: 'a token revoked during an upload is replaced and the upload repeated',
    before: [{ do: 'token-life', expiresInMs: 30_000 }],
    faults: [first('UploadAsset', { action: 'hold', atBytes: 1 })],
    tasks: () => [sync],
    during: whileHeld(({ peer }) => peer.tell({ do: 'revoke-tokens' })),
    wanted: [good],
  },
  {
    name: 'a sync whose first heartbeat fails ends all the same',
    faults: [first('Heartbeat', unavailable)],
    tasks: () => [sync],
    wanted: [['success', 'retryable 14']],
  },
  {
    name: 'a sync outlives heartbeats that fail',
    options: { slowPages: true },
    faults: [{ on: { rpc: 'Heartbeat', attempts: [2, 3] }, acts: [unavailable] }],
    tasks: () => [sync],
    wanted: [good],
  },
  {
    name: 'a sync outlives a restart of the service',
    options: { slowPages: true },
    tasks: () => [sync],
    during: afterFirst('Heartbeat', ({ peer }) => peer.tell({ do: 'restart', downMs: 1000 })),
    wanted: [good],
  },
  {
    name: 'a cancelled sync stops and is reported',
    options: { slowPages: true },
    tasks: () => [sync],
    during: afterFirst('Heartbeat', ({ peer, ids }) => peer.tell({ do: 'cancel', taskId: ids[0] ?? '' })),
    wanted: [['retryable 1', 'failed 1']],
  },
  {
    name: 'a sync that was cancelled before its start is reported',
    faults: [first('GetTask', { action: 'hold' })],
    tasks: () => [sync],
    during: whileHeld(({ peer, ids }) => peer.tell({ do: 'cancel', taskId: ids[0] ?? '' })),
    wanted: [['retryable 1', 'failed 1']],
  },
]

const dying: readonly ServiceScript[] = [
  {
    name: 'a daemon killed during an upload does the sync when it is started again',
    before: [{ do: 'lease', leaseMs: 1000 }],
    faults: [first('UploadAsset', { action: 'hold', atBytes: 1 })],
    tasks: () => [sync],
    during: async (stage) => {
      await whileHeld(({ signal }) => signal('SIGKILL'))(stage)
      await stage.startAgain()
    },
    wanted: [good],
  },
  {
    name: 'SIGTERM while nothing happens ends the daemon in peace',
    tasks: () => [],
    during: afterFirst('GetTask', ({ signal }) => signal('SIGTERM')),
    wanted: [],
    exits: 'zero',
  },
  {
    name: 'SIGTERM during a change lets it end',
    options: { slowChanges: true },
    tasks: (of) => [of.grant(0)],
    during: afterFirst('GetTask', ({ signal }) => signal('SIGTERM')),
    wanted: [good],
    exits: 'zero',
  },
  {
    name: 'SIGTERM during a sync stops and reports it',
    options: { slowPages: true },
    tasks: () => [sync],
    during: afterFirst('Heartbeat', ({ signal }) => signal('SIGTERM')),
    wanted: [stopped],
    exits: 'zero',
  },
]

/** What a daemon has to live through. The same list judges ours and the official one. */
export const serviceScripts: readonly ServiceScript[] = [...startup, ...polling, ...ending, ...syncing, ...dying]
