import type { FaultAct } from '../peer-commands.ts'
import type { ServiceScript } from '../service-script.ts'
import { first, good, list, unavailable, whileHeld } from './acts.ts'

/** How tasks end, and what can be wrong then. */
export const finishingScripts: readonly ServiceScript[] = [
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
