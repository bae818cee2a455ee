import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { TaskWork } from '../../../../../src/sdk/service/baton-service.ts'
import { startDaemon, sync } from '../../../../support/run-daemon-with.ts'
import type { Call, Fault } from '../../../../support/scripted-service.ts'
import { createToyConnector, toyGrant } from '../../../../support/toy-connector.ts'
import { createVirtualTime } from '../../../../support/virtual-time.ts'

/** A number that belongs to a text, and to nothing else of the run. */
const numberOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE()

const FAULTS: readonly Fault[] = [
  { code: 'unavailable' },
  'lost',
  { code: 'internal' },
  { code: 'deadline-exceeded' },
  { code: 'unauthenticated' },
]

/** Every fifth call goes wrong, each in a way of its own that does not depend on the order of calls. */
const everyFifth = ({ rpc, task, attempt }: Call): Fault | undefined => {
  const number = numberOf(`${rpc} ${task} ${attempt}`)
  if (rpc === 'hello' && task === '') return attempt === 1 ? { code: 'unavailable' } : undefined
  return number % 5 === 0 ? FAULTS[(number >>> 8) % FAULTS.length] : undefined
}

const KINDS: readonly ((n: number) => TaskWork)[] = [
  (n) => toyGrant(`g${n % 7}`, `u${n % 50}`),
  (n) => toyGrant('slow', `u${n}`),
  () => ({ kind: 'list-event-feeds' }),
  () => ({ kind: 'unsupported', name: '' }),
  () => ({ kind: 'revoke', grant: undefined }),
  (n) => (n % 3 === 0 ? sync : { kind: 'hello' }),
  () => ({ kind: 'list-actions', resourceType: '' }),
]

describe.each([{ batch: false }, { batch: true }])(
  'a thousand tasks with a fault on every fifth call, %o',
  ({ batch }) => {
    it('are finished exactly once each, none runs twice at once, and nothing is left', async () => {
      const time = createVirtualTime()
      const never = new AbortController().signal
      const toy = createToyConnector({
        apply: ({ resource, principal }) =>
          time.sleep(resource.id === 'slow' ? numberOf(principal.id) % 90_000 : 100, never),
      })
      const daemon = startDaemon({
        time,
        batch,
        connector: toy.connector,
        skipFullSync: true,
        taskConcurrency: 3,
        peer: { fault: everyFifth, leaseMs: 60_000, heartbeatMs: 15_000 },
      })
      const { peer } = daemon
      const ids = Array.from({ length: 1_000 }, (_, n) => {
        const work = KINDS[n % KINDS.length]?.(n) ?? sync
        return { id: peer.add(work), kind: work.kind }
      })
      await time.run(peer.allFinished())
      await time.run(daemon.stop())
      expect(peer.violations).toEqual([])
      const greeted = new Set(peer.hellos.map(({ taskId }) => taskId))
      const wrong = ids.filter(({ id }) => peer.results(id).length !== (greeted.has(id) ? 0 : 1))
      expect(wrong).toEqual([])
      expect(toy.mostAtOnce()).toBe(1)
      expect(readdirSync(daemon.stateDir)).toEqual([])
      expect(daemon.state()).toMatchObject({ running: [], undelivered: 0 })
      const syncs = ids.filter(({ kind }) => kind === 'sync-full')
      for (const { id } of syncs) {
        const [result] = peer.results(id)
        expect(result?.kind === 'success' ? peer.uploads(id).length > 0 : result?.retryable).toBe(true)
      }
    })
  },
)
