import type { Clock, Sleep } from '../ground/ports.ts'
import { LearnedLimit } from './learned-limit.ts'
import type { RateLimit } from './rate.ts'
import { type Sent, SentRequests } from './sent-requests.ts'
import { createWeighing } from './weighing.ts'

export type { RateLimit } from './rate.ts'

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

/** What was taken since the last recovery. */
interface Burst {
  readonly since: number | undefined
  taken: number
  questions: number
  paced: boolean
}

const burstFrom = (since: number | undefined): Burst => ({ since, taken: 0, questions: 0, paced: false })

/** A refusal that is waited out. */
interface Block {
  readonly at: number
  readonly until: number
  /** Whether the peer named the end. */
  readonly named: boolean
  /** Questions of the request that was refused. */
  readonly questions: number
  /** Refusals in a row. */
  readonly streak: number
}

/**
 * Paces requests by what the peer's refusals teach, and does nothing before the first one, unless the published limit is to be kept.
 *
 * After a refusal nothing is sent until the time the peer named; then one request probes, and only when it is taken do the others follow.
 * What was taken between two refusals, and the time until the next was taken, is the limit learned: never more than `requests` in any
 * `windowMs`. That fits a fixed and a sliding window at the first refusal and a token bucket at the second (its burst says nothing).
 * Why: even spacing from the start would waste the burst that a window allows, and sending until refused would be refused once a window.
 */
export function createRatePacer(options: RatePacerOptions): RatePacer {
  return new LearningPacer(options)
}

class LearningPacer implements RatePacer {
  readonly #clock: Clock
  readonly #sleep: Sleep
  readonly #published: RateLimit
  readonly #keep: boolean
  readonly #onWait: (until: Date) => void
  readonly #weighing
  readonly #limit
  readonly #sent
  #burst = burstFrom(undefined)
  #block: Block | undefined
  /** Settles with the first request after a refusal, which the others wait for. */
  #probe: Promise<void> | undefined
  #refusals = 0
  #waitedMs = 0
  #countedUntil = 0

  constructor({ clock, sleep, published, keep = false, onWait = () => {} }: RatePacerOptions) {
    this.#clock = clock
    this.#sleep = sleep
    this.#published = published
    this.#keep = keep
    this.#onWait = onWait
    this.#weighing = createWeighing(published)
    this.#limit = new LearnedLimit(published, keep)
    this.#sent = new SentRequests((one) => this.#weighing.weightOf(one))
  }

  state(): PacerState {
    const limit = this.#limit.value
    return { ...(limit && { limit }), refusals: this.#refusals, waitedMs: this.#waitedMs, left: this.#left() }
  }

  async admit(signal: AbortSignal, questions = 1): Promise<Admission> {
    for (;;) {
      signal.throwIfAborted()
      // Nothing may be awaited between finding the way free and sending, or two requests would take one place.
      const held = this.#obstacle(signal, questions)
      if (held === undefined) return this.#send(questions)
      await held
    }
  }

  /** Ends when what stands in the way of a request of so many questions may be gone; `undefined` where nothing does. */
  #obstacle(signal: AbortSignal, questions: number): Promise<void> | undefined {
    const now = this.#clock.monotonicMs()
    if (this.#probe) return settledOrAborted(this.#probe, signal)
    if (this.#block && now < this.#block.until) return this.#hold(this.#block.until, signal)
    const next = this.#limit.value && this.#free(this.#limit.value, questions)
    if (next === undefined || now >= next) return undefined
    this.#burst.paced = true
    return this.#hold(next, signal)
  }

  #send(questions: number): Admission {
    const entry = this.#sent.add(this.#clock.monotonicMs(), questions)
    if (this.#burst.since === undefined) this.#burst = { ...this.#burst, since: entry.at }
    const settled = this.#block ? this.#startProbe() : () => {}
    return {
      accepted: () => {
        if (this.#block && entry.at >= this.#block.until) this.#recover(entry.at)
        this.#count(entry)
        this.#grow(entry.at)
        settled()
      },
      refused: (retryAfterMs) => {
        this.#refuse(entry, retryAfterMs)
        settled()
      },
      failed: () => {
        this.#count(entry)
        settled()
      },
    }
  }

  #startProbe(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#probe = promise
    void promise.then(() => (this.#probe = undefined))
    return resolve
  }

  #count(entry: Sent): void {
    entry.counted = this.#clock.monotonicMs()
    this.#burst.taken++
    this.#burst.questions += entry.questions
  }

  async #hold(until: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonicMs()
    const ms = until - now
    if (ms <= 0) return
    this.#waitedMs += Math.max(0, until - Math.max(now, this.#countedUntil))
    this.#countedUntil = Math.max(this.#countedUntil, until)
    this.#onWait(new Date(this.#clock.now().getTime() + ms))
    await this.#sleep(ms, signal)
  }

  /** When the next request of so many questions may be sent; `undefined` for at once. */
  #free({ requests, windowMs }: RateLimit, questions: number): number | undefined {
    const weight = this.#weighing.weightOf({ questions })
    const oldest = this.#sent.inTheWay(requests, weight)
    if (!oldest) return undefined
    const isShort = windowMs <= SHORT_MS
    const slack = isShort ? Math.min(oldest.counted - oldest.at, windowMs * MOST_SLACK) : 0
    const whole = oldest.at + Math.max(windowMs * MARGIN, windowMs + slack)
    const isSteady = this.#keep || this.#takenWeight() >= requests
    if (!isShort || !isSteady || this.#clock.monotonicMs() >= oldest.at + windowMs * SUSTAINED) return whole
    const part = Math.ceil(requests / PARTS)
    const before = this.#sent.inTheWay(part, weight)?.at ?? 0
    return Math.max(whole, before + ((windowMs * part) / requests) * CATCH_UP)
  }

  #left(): number {
    const now = this.#clock.monotonicMs()
    if (this.#block && now < this.#block.until) return 0
    const { requests, windowMs } = this.#limit.value ?? this.#published
    return Math.max(0, requests - this.#sent.weightAfter(now - windowMs))
  }

  #takenWeight(): number {
    const { taken, questions } = this.#burst
    return this.#weighing.weightOf(this.#burst) === 1 ? taken : questions
  }

  #refuse({ at: sentAt, questions }: Sent, retryAfterMs: number | undefined): void {
    const now = this.#clock.monotonicMs()
    this.#refusals++
    this.#sent.removeOneOf(sentAt)
    const block = this.#block
    if (block && sentAt < block.at) {
      if (retryAfterMs !== undefined && now + retryAfterMs > block.until)
        this.#block = { ...block, until: now + retryAfterMs, named: true }
      return
    }
    const streak = (block?.streak ?? 0) + 1
    const wait = retryAfterMs ?? Math.min(UNKNOWN_WAIT_MS.most, UNKNOWN_WAIT_MS.first * 2 ** (streak - 1))
    this.#block = {
      at: block?.at ?? now,
      until: now + wait,
      named: retryAfterMs !== undefined,
      questions: block?.questions ?? questions,
      streak,
    }
  }

  /** The first request after a refusal was taken. */
  #recover(at: number): void {
    if (this.#block) this.#learn(this.#block, this.#block.named ? this.#block.until : at)
    this.#burst = burstFrom(at)
    this.#block = undefined
  }

  #learn(block: Block, end: number): void {
    const { since, taken, questions, paced } = this.#burst
    if (since === undefined || taken === 0) return
    const rest = end - block.at
    const windowMs = block.at - since + rest
    if (windowMs <= 0) return
    if (this.#weighing.refused({ requests: taken, questions, refused: block.questions, windowMs })) this.#limit.doubt()
    const published = this.#published.windowMs
    this.#limit.learn({
      observed: { requests: this.#takenWeight(), windowMs },
      wasPaced: paced,
      lastWindow: () => {
        const weight = this.#sent.weightFrom(block.at - Math.max(0, published - rest))
        return { requests: Math.max(1, weight), windowMs: published }
      },
    })
  }

  /** Starts a new window where one was used up without a refusal. */
  #grow(at: number): void {
    const limit = this.#limit.value
    const { paced, since } = this.#burst
    if (!limit || !paced || at - (since ?? at) < Math.max(limit.windowMs, this.#published.windowMs)) return
    this.#burst = burstFrom(at)
    this.#weighing.clean()
    this.#limit.grow()
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
