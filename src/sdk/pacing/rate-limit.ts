import type { Clock, Sleep } from '../ground/ports.ts'
import { createWeighing } from './weighing.ts'

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
  /** Requests that may be sent now: what the limit learned, else the published one, leaves in its window; 0 while a refusal is waited out. */
  readonly left: number
}

export interface RatePacer {
  /**
   * Resolves when a request may be sent that asks so many questions; whether the peer counts those is learned. Rejects with the signal's reason on
   * abort.
   */
  admit(signal: AbortSignal, questions?: number): Promise<Admission>
  state(): PacerState
}

export interface RatePacerOptions {
  readonly clock: Clock
  readonly sleep: Sleep
  /** What the peer's documentation promises; a first observation below it is not believed, because an earlier run may have used the rest. */
  readonly published: RateLimit
  /**
   * Whether the published limit is kept from the first request on, and never exceeded whatever refusals teach. @default false: nothing is held
   * back before the first refusal
   */
  readonly keep?: boolean
  /** Told whenever requests are held back, with the moment they go on. @default nobody */
  readonly onWait?: (until: Date) => void
}

/** Held times never overlap in `waitedMs`; sends are timed on our side and counted on the peer's, hence a margin on every learned window. */
const MARGIN = 1.01
/**
 * Below so long a window it matters when the peer counts a request, which is some time between its sending and its answer: requests keep their
 * distance from the window before by that time, up to this share of the window. A run that uses up window after window, the last within
 * `SUSTAINED` of its length, sends a part of the limit in each of so many parts of the window, as those of a burst wait for each other at the peer.
 */
const SHORT_MS = 10_000
const MOST_SLACK = 0.07
const PARTS = 12
const SUSTAINED = 2
/** Parts are sent this much sooner, so that timers that ring late cost nothing: the window as a whole is what counts. */
const CATCH_UP = 0.9
const UNKNOWN_WAIT_MS = { first: 1_000, most: 60_000 }
/** How often a limit that was kept to and refused all the same is stretched by 5 %. */
const MOST_STRETCHES = 3
const STRETCH = 1.05
const GROWTH = 1.1
/** An observation this near to the published rate is that rate: times are whole seconds. */
const NEARLY = 0.9
const perMs = (limit: RateLimit): number => limit.requests / limit.windowMs
const faster = (a: RateLimit, b: RateLimit): RateLimit => (perMs(a) > perMs(b) ? a : b)
const slower = (a: RateLimit, b: RateLimit): RateLimit => (perMs(a) > perMs(b) ? b : a)

/** A request that was sent, and when the peer had counted it at the latest. */
interface Sent {
  readonly at: number
  readonly questions: number
  counted: number
}

/** What was taken since the last recovery. */
interface Burst {
  readonly since: number | undefined
  taken: number
  questions: number
  paced: boolean
}

const burstFrom = (since: number | undefined): Burst => ({ since, taken: 0, questions: 0, paced: false })

/**
 * Paces requests by what the peer's refusals teach, and does nothing before the first one, unless the published limit is to be kept.
 *
 * After a refusal nothing is sent until the time the peer named; then one request probes, and only when it is taken do the others follow.
 * What was taken between two refusals, and the time until the next was taken, is the limit learned: never more than `requests` in any
 * `windowMs`. That fits a fixed and a sliding window at the first refusal and a token bucket at the second (its burst says nothing).
 *
 * What was sent at our own pace says nothing about the peer's, so a refusal then only stretches the limit a little, a few times; and a
 * limit below the published one grows again by the window until a refusal says that it is real. So refusals that no limit stands behind
 * cannot slow a run to a halt.
 * Why: even spacing from the start would waste the burst that a window allows, and sending until refused would be refused once a window.
 */
export function createRatePacer(options: RatePacerOptions): RatePacer {
  const { clock, sleep, published, keep = false, onWait = () => {} } = options
  let limit: RateLimit | undefined = keep ? published : undefined
  let learned = false
  let refusals = 0
  let waitedMs = 0
  let countedUntil = 0
  let stretches = 0
  let lows = 0
  let cleanWindows = 0
  /** Clean windows before the next growth: doubled with every growth that was refused. */
  let patience = 1
  let beforeGrowth: RateLimit | undefined
  /** What counts against the limit, oldest first. */
  const sent: Sent[] = []
  let burst = burstFrom(undefined)
  let block:
    | {
        readonly at: number
        readonly until: number
        readonly named: boolean
        readonly questions: number
        streak: number
      }
    | undefined
  let probe: Promise<void> | undefined

  const weighing = createWeighing(published)
  const weightOf = (one: { readonly questions: number }): number => weighing.weightOf(one)
  const weightOfAll = (all: readonly Sent[]): number => all.reduce((sum, one) => sum + weightOf(one), 0)
  const takenWeight = (): number => (weightOf(burst) === 1 ? burst.taken : burst.questions)

  /** The newest request that has to leave the window before another of this weight fits into it. */
  const inTheWay = (most: number, weight: number): Sent | undefined => {
    let sum = weight
    return sent.findLast((one) => (sum += weightOf(one)) > most)
  }

  const hold = async (until: number, signal: AbortSignal): Promise<void> => {
    const now = clock.monotonicMs()
    const ms = until - now
    if (ms <= 0) return
    waitedMs += Math.max(0, until - Math.max(now, countedUntil))
    countedUntil = Math.max(countedUntil, until)
    onWait(new Date(clock.now().getTime() + ms))
    await sleep(ms, signal)
  }

  /** What was sent in the published window that the refusal ends, as far as it lies behind us. */
  const lastWindow = (rest: number): RateLimit => {
    const from = (block?.at ?? 0) - Math.max(0, published.windowMs - rest)
    return { requests: Math.max(1, weightOfAll(sent.filter(({ at }) => at >= from))), windowMs: published.windowMs }
  }

  const within = (observed: RateLimit): RateLimit => (keep ? slower(observed, published) : observed)

  const learn = (end: number): void => {
    if (burst.since === undefined || burst.taken === 0 || block === undefined) return
    const elapsed = block.at - burst.since
    const rest = end - block.at
    const windowMs = elapsed + rest
    if (windowMs <= 0) return
    const { taken, questions } = burst
    if (weighing.refused({ requests: taken, questions, refused: block.questions, windowMs })) {
      learned = false
      lows = 0
    }
    const observed = { requests: takenWeight(), windowMs }
    lows = perMs(observed) < perMs(published) * NEARLY ? lows + 1 : 0
    // One low observation may be the rest that another left; it is believed when the next is low, too.
    const believed = lows === 1 ? faster(observed, lastWindow(rest)) : observed
    if (limit === undefined || !learned) limit = lows === 0 ? within(observed) : published
    else if (beforeGrowth) {
      limit = beforeGrowth
      patience *= 2
    } else if (!burst.paced && perMs(believed) < perMs(limit)) limit = believed
    else if (stretches++ < MOST_STRETCHES) limit = { ...limit, windowMs: limit.windowMs * STRETCH }
    learned = true
    beforeGrowth = undefined
    cleanWindows = 0
  }

  /** A limit below the published one may have been somebody else's doing: a clean window of it earns a little more. */
  const grow = (at: number): void => {
    if (!limit || !burst.paced || at - (burst.since ?? at) < Math.max(limit.windowMs, published.windowMs)) return
    burst = burstFrom(at)
    weighing.clean()
    if (beforeGrowth) patience = 1
    beforeGrowth = undefined
    if (perMs(limit) >= perMs(published) || ++cleanWindows < patience) return
    beforeGrowth = limit
    limit = { ...limit, windowMs: Math.max(limit.windowMs / GROWTH, limit.requests / perMs(published)) }
    cleanWindows = 0
  }

  const recover = (at: number): void => {
    if (block === undefined) return
    learn(block.named ? block.until : at)
    burst = burstFrom(at)
    block = undefined
  }

  const refuse = ({ at: sentAt, questions }: Sent, retryAfterMs: number | undefined): void => {
    const now = clock.monotonicMs()
    refusals++
    const index = sent.findLastIndex(({ at }) => at === sentAt)
    if (index >= 0) sent.splice(index, 1)
    if (block && sentAt < block.at) {
      if (retryAfterMs !== undefined && now + retryAfterMs > block.until)
        block = { ...block, until: now + retryAfterMs, named: true }
      return
    }
    const streak = (block?.streak ?? 0) + 1
    const wait = retryAfterMs ?? Math.min(UNKNOWN_WAIT_MS.most, UNKNOWN_WAIT_MS.first * 2 ** (streak - 1))
    block = {
      at: block?.at ?? now,
      until: now + wait,
      named: retryAfterMs !== undefined,
      questions: block?.questions ?? questions,
      streak,
    }
  }

  /** When the next request of so many questions may be sent; `undefined` for at once. */
  const free = ({ requests, windowMs }: RateLimit, questions: number): number | undefined => {
    const weight = weightOf({ questions })
    const oldest = inTheWay(requests, weight)
    if (!oldest) return undefined
    const isShort = windowMs <= SHORT_MS
    const slack = isShort ? Math.min(oldest.counted - oldest.at, windowMs * MOST_SLACK) : 0
    const whole = oldest.at + Math.max(windowMs * MARGIN, windowMs + slack)
    const isSteady = keep || takenWeight() >= requests
    if (!isShort || !isSteady || clock.monotonicMs() >= oldest.at + windowMs * SUSTAINED) return whole
    const part = Math.ceil(requests / PARTS)
    return Math.max(whole, (inTheWay(part, weight)?.at ?? 0) + ((windowMs * part) / requests) * CATCH_UP)
  }

  const left = (): number => {
    const now = clock.monotonicMs()
    const { requests, windowMs } = limit ?? published
    return block && now < block.until
      ? 0
      : Math.max(0, requests - weightOfAll(sent.filter(({ at }) => at > now - windowMs)))
  }

  return {
    state: () => ({ ...(limit && { limit }), refusals, waitedMs, left: left() }),

    async admit(signal, questions = 1) {
      for (;;) {
        signal.throwIfAborted()
        const now = clock.monotonicMs()
        if (probe) {
          await settledOrAborted(probe, signal)
          continue
        }
        if (block && now < block.until) {
          await hold(block.until, signal)
          continue
        }
        const next = limit && free(limit, questions)
        if (next === undefined || now >= next) break
        burst.paced = true
        await hold(next, signal)
      }
      const sentAt = clock.monotonicMs()
      const entry: Sent = { at: sentAt, questions, counted: sentAt }
      sent.push(entry)
      if (sent.length > 10_000) sent.shift()
      if (burst.since === undefined) burst = { ...burst, since: sentAt }
      let settled = () => {}
      if (block) {
        probe = new Promise((resolve) => {
          settled = resolve
        })
        void probe.then(() => (probe = undefined))
      }
      return {
        accepted() {
          entry.counted = clock.monotonicMs()
          if (block && sentAt >= block.until) recover(sentAt)
          burst.taken++
          burst.questions += questions
          grow(sentAt)
          settled()
        },
        refused(retryAfterMs) {
          refuse(entry, retryAfterMs)
          settled()
        },
        failed() {
          entry.counted = clock.monotonicMs()
          burst.taken++
          burst.questions += questions
          settled()
        },
      }
    },
  }
}

/** Resolves with the probe, and as soon as the signal aborts: the request of another may hang for minutes. */
const settledOrAborted = (probe: Promise<void>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      signal.removeEventListener('abort', end)
      resolve()
    }
    signal.addEventListener('abort', end, { once: true })
    void probe.then(end)
  })
