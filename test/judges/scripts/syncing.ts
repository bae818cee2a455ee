import type { FaultAct } from '../peer-commands.ts'
import type { ServiceScript } from '../service-script.ts'
import { afterFirst, first, good, sync, unavailable, whileHeld } from './acts.ts'

/** Syncs: heartbeats, uploads, cancellation. */
export const syncingScripts: readonly ServiceScript[] = [
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
