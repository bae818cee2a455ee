import type { Clock, Sleep } from './ports.ts'

/** So many requests in so much time, however the peer counts them. */
export interface RateLimit {
  readonly requests: number
  readonly windowMs: number
}

/** Leave to send one request; exactly one of the three must be called with its outcome. */
export interface Admission {
  /** The peer took the request, whatever it answered. */
  accepted(): void
  /** The peer refused it for its rate. `retryAfterMs` is its own word, if it gave one. */
  refused(retryAfterMs: number | undefined): void
  /** Nobody knows: the request counts as sent. */
  failed(): void
}

export interface PacerState {
  readonly limit?: RateLimit
  readonly refusals: number
  /** Time requests were held back, counted once however many waited. */
  readonly waitedMs: number
}

export interface RatePacer {
  /** Resolves when a request may be sent. Rejects with the signal's reason on abort. */
  admit(signal: AbortSignal): Promise<Admission>
  state(): PacerState
}

export interface RatePacerOptions {
  readonly clock: Clock
  readonly sleep: Sleep
  /** What the peer's documentation promises; a first observation below it is not believed, because an earlier run may have used the rest. */
  readonly published: RateLimit
  /** Told whenever requests are held back, with the moment they go on. @default nobody */
  readonly onWait?: (until: Date) => void
}

/** Held times never overlap in `waitedMs`; sends are timed on our side and counted on the peer's, hence a margin on every learned window. */
const MARGIN = 1.01
const UNKNOWN_WAIT_MS = { first: 1_000, most: 60_000 }
/** How often a limit that was kept to and refused all the same is stretched by 5 %. */
const MOST_STRETCHES = 3
const STRETCH = 1.05
const perMs = (limit: RateLimit): number => limit.requests / limit.windowMs

/**
 * Paces requests by what the peer's refusals teach, and does nothing before the first one.
 *
 * After a refusal nothing is sent until the time the peer named; then one request probes, and only when it is taken do the others follow.
 * What was taken between two refusals, and the time until the next was taken, is the limit learned: never more than `requests` in any
 * `windowMs`. That fits a fixed and a sliding window at the first refusal and a token bucket at the second (its burst says nothing).
 *
 * Why: even spacing would waste the burst that a window allows, and sending until refused would be refused once a window.
 */
export function createRatePacer({ clock, sleep, published, onWait = () => {} }: RatePacerOptions): RatePacer {
  let limit: RateLimit | undefined
  let refusals = 0
  let waitedMs = 0
  let countedUntil = 0
  let stretches = 0
  /** Send times that count against the limit, oldest first. */
  const sent: number[] = []
  /** What was taken since the last recovery. */
  let burst: { since: number | undefined; taken: number; paced: boolean } = { since: undefined, taken: 0, paced: false }
  let block: { readonly at: number; readonly until: number; readonly named: boolean; streak: number } | undefined
  let probe: Promise<void> | undefined

  const hold = async (until: number, signal: AbortSignal): Promise<void> => {
    const now = clock.monotonicMs()
    const ms = until - now
    if (ms <= 0) return
    waitedMs += Math.max(0, until - Math.max(now, countedUntil))
    countedUntil = Math.max(countedUntil, until)
    onWait(new Date(clock.now().getTime() + ms))
    await sleep(ms, signal)
  }

  const learn = (end: number): void => {
    if (burst.since === undefined || burst.taken === 0 || block === undefined) return
    const elapsed = block.at - burst.since
    const rest = end - block.at
    const windowMs = burst.paced ? Math.max(rest, elapsed) : elapsed + rest
    if (windowMs <= 0) return
    const observed = { requests: burst.taken, windowMs }
    if (limit === undefined) limit = perMs(observed) >= perMs(published) ? observed : published
    else if (perMs(observed) < perMs(limit)) limit = observed
    else if (stretches++ < MOST_STRETCHES) limit = { ...limit, windowMs: limit.windowMs * STRETCH }
  }

  const recover = (at: number): void => {
    if (block === undefined) return
    learn(block.named ? block.until : at)
    burst = { since: at, taken: 0, paced: false }
    block = undefined
  }

  const refuse = (sentAt: number, retryAfterMs: number | undefined): void => {
    const now = clock.monotonicMs()
    refusals++
    const index = sent.lastIndexOf(sentAt)
    if (index >= 0) sent.splice(index, 1)
    if (block && sentAt < block.at) {
      if (retryAfterMs !== undefined && now + retryAfterMs > block.until)
        block = { ...block, until: now + retryAfterMs, named: true }
      return
    }
    const streak = (block?.streak ?? 0) + 1
    const wait = retryAfterMs ?? Math.min(UNKNOWN_WAIT_MS.most, UNKNOWN_WAIT_MS.first * 2 ** (streak - 1))
    block = { at: block?.at ?? now, until: now + wait, named: retryAfterMs !== undefined, streak }
  }

  return {
    state: () => ({ ...(limit && { limit }), refusals, waitedMs }),

    async admit(signal) {
      for (;;) {
        signal.throwIfAborted()
        const now = clock.monotonicMs()
        if (probe) {
          await probe
          continue
        }
        if (block && now < block.until) {
          await hold(block.until, signal)
          continue
        }
        if (!limit || sent.length < limit.requests) break
        const free = (sent.at(-limit.requests) ?? 0) + limit.windowMs * MARGIN
        if (now >= free) break
        burst.paced = true
        await hold(free, signal)
      }
      const sentAt = clock.monotonicMs()
      sent.push(sentAt)
      if (sent.length > 10_000) sent.shift()
      burst.since ??= sentAt
      let settled = () => {}
      if (block) {
        probe = new Promise((resolve) => {
          settled = resolve
        })
        void probe.then(() => (probe = undefined))
      }
      return {
        accepted() {
          if (block && sentAt >= block.until) recover(sentAt)
          burst.taken++
          settled()
        },
        refused(retryAfterMs) {
          refuse(sentAt, retryAfterMs)
          settled()
        },
        failed() {
          burst.taken++
          settled()
        },
      }
    },
  }
}
