import type { PeerEvent, PeerEventName, PeerEventOf } from './peer-events.ts'

export interface Heard {
  /** The how-manieth matching event is waited for; the first by default. */
  readonly times?: number
  /** Only events with a higher number count. */
  readonly after?: number
  /** Milliseconds after which it is an error that the event has not come. */
  readonly within?: number
}

/** Events so far, and those to come. */
export interface EventLog {
  readonly all: readonly PeerEvent[]
  add(event: PeerEvent): void
  /** Rejects all waiting, and all to come. */
  fail(reason: Error): void
  /** Tells of each event to come until the returned function is called. */
  readonly listen: (listener: (event: PeerEvent) => void) => () => void
  /** The first event of a name, past or to come, that passes. Errors: where none came in time (30 s), with the last events. */
  readonly heard: <Name extends PeerEventName>(
    name: Name,
    passes?: (event: PeerEventOf<Name>) => boolean,
    heard?: Heard,
  ) => Promise<PeerEventOf<Name>>
}

export function createEventLog(): EventLog {
  const all: PeerEvent[] = []
  const listeners = new Set<(event: PeerEvent) => void>()
  const failures = new Set<(reason: Error) => void>()
  let failed: Error | undefined
  const listen = (listener: (event: PeerEvent) => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  return {
    all,
    listen,
    add(event) {
      all.push(event)
      for (const listener of [...listeners]) listener(event)
    },
    fail(reason) {
      failed = reason
      for (const failure of [...failures]) failure(reason)
    },
    heard: (name, passes = () => true, { times = 1, after = 0, within = 30_000 } = {}) =>
      new Promise((resolve, reject) => {
        let left = times
        const end = (): void => {
          clearTimeout(limit)
          stop()
          failures.delete(giveUp)
        }
        const giveUp = (reason: Error): void => {
          end()
          reject(reason)
        }
        const consider = (event: PeerEvent): void => {
          if (left === 0 || event.event !== name || event.number <= after) return
          const wanted = event as PeerEventOf<typeof name>
          if (!passes(wanted)) return
          left -= 1
          if (left > 0) return
          end()
          resolve(wanted)
        }
        const stop = listen(consider)
        const late = `no event '${name}' that fits within ${within} ms`
        const limit = setTimeout(() => giveUp(new Error(`${late}; the last were ${told(all.slice(-12))}`)), within)
        failures.add(giveUp)
        for (const event of all) consider(event)
        if (failed && left > 0) giveUp(failed)
      }),
  }
}

const told = (events: readonly PeerEvent[]): string => events.map((event) => `\n  ${JSON.stringify(event)}`).join('')
