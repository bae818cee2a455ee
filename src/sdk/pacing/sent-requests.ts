/** A request that was sent, and when the peer had counted it at the latest. */
export interface Sent {
  readonly at: number
  readonly questions: number
  counted: number
}

/** More are never in one window of a limit. */
const MOST_KEPT = 10_000

/** What counts against a limit, oldest first. Times are milliseconds of one monotonic clock; `weightOf` says how much a request counts. */
export class SentRequests {
  readonly #sent: Sent[] = []
  readonly #weightOf: (sent: { readonly questions: number }) => number

  constructor(weightOf: (sent: { readonly questions: number }) => number) {
    this.#weightOf = weightOf
  }

  add(at: number, questions: number): Sent {
    const sent: Sent = { at, questions, counted: at }
    this.#sent.push(sent)
    if (this.#sent.length > MOST_KEPT) this.#sent.shift()
    return sent
  }

  /** Forgets a request of that moment, which the peer did not count. */
  removeOneOf(at: number): void {
    const index = this.#sent.findLastIndex((one) => one.at === at)
    if (index >= 0) this.#sent.splice(index, 1)
  }

  /** What requests weigh together that were sent at a moment or later. */
  weightFrom(start: number): number {
    return this.#weightWhere((at) => at >= start)
  }

  /** What requests weigh together that were sent later than a moment. */
  weightAfter(start: number): number {
    return this.#weightWhere((at) => at > start)
  }

  #weightWhere(counts: (at: number) => boolean): number {
    return this.#sent.reduce((sum, one) => (counts(one.at) ? sum + this.#weightOf(one) : sum), 0)
  }

  /** The newest request that has to leave the window before another of this weight fits into it. */
  inTheWay(most: number, weight: number): Sent | undefined {
    let sum = weight
    return this.#sent.findLast((one) => (sum += this.#weightOf(one)) > most)
  }
}
