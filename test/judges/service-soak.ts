import type { BatonPeer } from './baton-peer.ts'
import type { TaskJson } from './peer-commands.ts'
import type { FaultAct } from './peer-commands.ts'
import type { PeerMark, PeerSummary } from './peer-events.ts'

const OF_ONE_CALL: readonly FaultAct[] = [
  { action: 'status', code: 'UNAVAILABLE' },
  { action: 'reset', when: 'after' },
  { action: 'status', code: 'UNAUTHENTICATED' },
  { action: 'garbage', when: 'after' },
  { action: 'reset' },
  { action: 'http', status: 502 },
  { action: 'status', code: 'RESOURCE_EXHAUSTED' },
]

const tenTimes = Array.from({ length: 10 }, () => OF_ONE_CALL).flat()

/**
 * What goes wrong in a soak, in turn: calls are refused, garbled, handled with their answer lost. Cut connections are rare among them, because
 * a client that keeps one connection loses all calls on it.
 */
export const SOAK_ACTS: readonly FaultAct[] = [
  ...tenTimes,
  { action: 'drop' },
  ...tenTimes,
  { action: 'drop', when: 'after' },
]

export interface Soak {
  readonly tasks: readonly TaskJson[]
  /** How often the list of tasks is enqueued. */
  readonly copies: number
  /** A fault strikes each so-manieth call; 0 for none. */
  readonly every: number
  readonly acts?: readonly FaultAct[]
  /** Milliseconds until a task that was not finished is handed out again. */
  readonly leaseMs: number
  /** Milliseconds the whole may take. */
  readonly within: number
}

/**
 * Hands out many tasks to a daemon that runs already, and disturbs it. Resolves when all are done with: what became of them, and how fast.
 * Errors: where they are not in time.
 */
export async function soak(peer: BatonPeer, wanted: Soak): Promise<{ summary: PeerSummary; mark: PeerMark }> {
  const { tasks, copies, every, acts = SOAK_ACTS, leaseMs, within } = wanted
  await peer.tell({ do: 'watch', events: ['drained', 'violation'] })
  await peer.tell({ do: 'lease', leaseMs })
  await peer.mark('soak')
  const fault = every > 0 ? await peer.tell({ do: 'fault', fault: { on: { every }, acts } }) : undefined
  await peer.tell({ do: 'enqueue', tasks, copies })
  try {
    await peer.drained(within)
  } finally {
    if (fault) await peer.tell({ do: 'release', number: fault['number'] })
  }
  return { mark: await peer.mark('soaked'), summary: await peer.summary() }
}
