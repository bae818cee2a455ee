import type { ServiceScript } from '../service-script.ts'
import { afterFirst, first, good, list, unavailable } from './acts.ts'

/** What can be wrong while tasks are fetched. */
export const pollingScripts: readonly ServiceScript[] = [
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
