import type { Sleep } from '../../ground/ports.ts'
import { pause } from '../../pacing/backoff.ts'
import { createLane } from '../../pacing/lane.ts'

/** Full syncs have slots of their own, because each works for minutes on what all share. */
export type Lane = 'sync' | 'short'

/** What a short task needs at most where nothing holds it up; one that takes longer waits, and waiting needs no slot. */
const PATIENCE_MS = 5_000
/** Tasks in all, as a multiple of the slots: another worker may have time for the rest. */
const MOST_HELD = 10

/**
 * Decides how many tasks run at once, and when another may be asked for.
 *
 * Shape: `slots` syncs at once, a further one waits for its turn. `slots` short tasks at once, not counting those that run longer than
 * 5 seconds: they wait for a rate limit, a retry or a peer. In all, ten times `slots` tasks are held.
 * Why: three grants that wait for the rate limit must not keep the daemon from answering anything else.
 */
export interface TaskSlots {
  /** How many more tasks may be asked for now. */
  room(): number
  /** Resolves as soon as there is room, and when the signal aborts. */
  whenRoom(signal: AbortSignal): Promise<void>
  /** Runs work when its turn comes. Counts from the call on. Errors: the signal's reason where it aborts before; else the work's. */
  run<T>(lane: Lane, signal: AbortSignal, work: () => Promise<T>): Promise<T>
  /** Says that what `mayAsk` depends on has changed. */
  changed(): void
}

export interface TaskSlotsOptions {
  readonly slots: number
  /** Asks for up to twice the slots at once, as soon as fewer than the slots are open. */
  readonly batch: boolean
  readonly sleep: Sleep
  /** Anything else that speaks against asking for more. */
  readonly mayAsk: () => boolean
}

export function createTaskSlots({ slots, batch, sleep, mayAsk }: TaskSlotsOptions): TaskSlots {
  const lanes = { sync: createLane(slots), short: createLane(slots) }
  let held = 0
  let waiters: (() => void)[] = []

  const changed = (): void => {
    if (waiters.length === 0 || room() === 0) return
    const woken = waiters
    waiters = []
    for (const wake of woken) wake()
  }

  const room = (): number => {
    if (!mayAsk() || lanes.short.open() >= slots) return 0
    const most = batch ? 2 * slots - lanes.short.open() : 1
    return Math.max(0, Math.min(most, slots * MOST_HELD - held))
  }

  /** Gives the slot back when the work ends or has turned out to wait. */
  const withPatience = async <T>(work: () => Promise<T>, release: () => void): Promise<T> => {
    const ended = new AbortController()
    void pause(sleep, PATIENCE_MS, ended.signal).then(() => {
      release()
      return changed()
    })
    try {
      return await work()
    } finally {
      ended.abort()
      release()
    }
  }

  return {
    room,
    changed,

    async whenRoom(signal) {
      while (room() === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            signal.removeEventListener('abort', wake)
            resolve()
          }
          waiters.push(wake)
          signal.addEventListener('abort', wake, { once: true })
        })
      }
    },

    async run(lane, signal, work) {
      held++
      try {
        const release = await lanes[lane].enter(signal)
        return await (lane === 'sync' ? work().finally(release) : withPatience(work, release))
      } finally {
        held--
        changed()
      }
    },
  }
}
