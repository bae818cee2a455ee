import { faster, perMs, type RateLimit, slower } from './rate.ts'

/** What was taken between two refusals. */
export interface Observation {
  readonly observed: RateLimit
  /** Whether requests were held back meanwhile, so that the pace was our own. */
  readonly wasPaced: boolean
  /** What was sent in the published window that the refusal ends. */
  readonly lastWindow: () => RateLimit
}

/** How often a limit that was kept to and refused all the same is stretched by 5 %. */
const MOST_STRETCHES = 3
const STRETCH = 1.05
const GROWTH = 1.1
/** An observation this near to the published rate is that rate: times are whole seconds. */
const NEARLY = 0.9

/**
 * The limit that a peer's refusals teach.
 *
 * What was sent at our own pace says nothing about the peer's, so a refusal then only stretches the limit a little, a few times; and a
 * limit below the published one grows again by the window until a refusal says that it is real. So refusals that no limit stands behind
 * cannot slow a run to a halt.
 */
export class LearnedLimit {
  readonly #published: RateLimit
  readonly #keep: boolean
  #value: RateLimit | undefined
  #isLearned = false
  /** Observations below the published rate, one after the other. */
  #lows = 0
  #stretches = 0
  #cleanWindows = 0
  /** Clean windows before the next growth: doubled with every growth that was refused. */
  #patience = 1
  #beforeGrowth: RateLimit | undefined

  /** @param keep the published limit is kept from the start, and never exceeded */
  constructor(published: RateLimit, keep: boolean) {
    this.#published = published
    this.#keep = keep
    this.#value = keep ? published : undefined
  }

  /** `undefined` before the first refusal, unless the published limit is kept. */
  get value(): RateLimit | undefined {
    return this.#value
  }

  /** What was observed so far is not believed any more: requests were weighed wrongly. */
  doubt(): void {
    this.#isLearned = false
    this.#lows = 0
  }

  /** After a refusal. */
  learn({ observed, wasPaced, lastWindow }: Observation): void {
    this.#lows = perMs(observed) < perMs(this.#published) * NEARLY ? this.#lows + 1 : 0
    // One low observation may be the rest that another left; it is believed when the next is low, too.
    const believed = this.#lows === 1 ? faster(observed, lastWindow()) : observed
    this.#value = this.#next(observed, believed, wasPaced)
    this.#isLearned = true
    this.#beforeGrowth = undefined
    this.#cleanWindows = 0
  }

  #next(observed: RateLimit, believed: RateLimit, wasPaced: boolean): RateLimit {
    const limit = this.#value
    if (limit === undefined || !this.#isLearned) return this.#lows === 0 ? this.#within(observed) : this.#published
    if (this.#beforeGrowth) {
      this.#patience *= 2
      return this.#beforeGrowth
    }
    if (!wasPaced && perMs(believed) < perMs(limit)) return believed
    return this.#stretches++ < MOST_STRETCHES ? { ...limit, windowMs: limit.windowMs * STRETCH } : limit
  }

  #within(observed: RateLimit): RateLimit {
    return this.#keep ? slower(observed, this.#published) : observed
  }

  /** After a window that was used up without a refusal. A limit below the published one may have been somebody else's doing, so it grows a little. */
  grow(): void {
    if (this.#beforeGrowth) this.#patience = 1
    this.#beforeGrowth = undefined
    const limit = this.#value
    if (!limit || perMs(limit) >= perMs(this.#published) || ++this.#cleanWindows < this.#patience) return
    this.#beforeGrowth = limit
    const asPublished = limit.requests / perMs(this.#published)
    this.#value = { ...limit, windowMs: Math.max(limit.windowMs / GROWTH, asPublished) }
    this.#cleanWindows = 0
  }
}
