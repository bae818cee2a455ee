import type { Ending, ServiceScript } from '../service-script.ts'
import { afterFirst, first, good, sync, whileHeld } from './acts.ts'

/** A sync that was stopped is to be handed out again. */
const stopped: readonly Ending[] = ['retryable 1', 'retryable 14']

/** Signals and kills. */
export const stoppingScripts: readonly ServiceScript[] = [
  {
    name: 'a daemon killed during an upload does the sync when it is started again',
    before: [{ do: 'lease', leaseMs: 1000 }],
    faults: [first('UploadAsset', { action: 'hold', atBytes: 1 })],
    tasks: () => [sync],
    during: async (stage) => {
      await whileHeld((held) => held.signal('SIGKILL'))(stage)
      await stage.startAgain()
    },
    wanted: [good],
  },
  {
    name: 'SIGTERM while nothing happens ends the daemon in peace',
    tasks: () => [],
    during: afterFirst('GetTask', (stage) => stage.signal('SIGTERM')),
    wanted: [],
    exits: 'zero',
  },
  {
    name: 'SIGTERM during a change lets it end',
    options: { slowChanges: true },
    tasks: (of) => [of.grant(0)],
    // The poll that follows shows that the change was taken.
    during: async (stage) => {
      await stage.peer.heard('rpc', ({ rpc }) => rpc === 'GetTask', { times: 2 })
      stage.signal('SIGTERM')
    },
    wanted: [good],
    exits: 'zero',
  },
  {
    name: 'SIGTERM during a sync stops and reports it',
    options: { slowPages: true },
    tasks: () => [sync],
    during: afterFirst('Heartbeat', (stage) => stage.signal('SIGTERM')),
    wanted: [stopped],
    exits: 'zero',
  },
]
