/** What the peer took in a window, counted in both ways, and how many questions the refused request asked. */
export interface Weighed {
  readonly requests: number
  readonly questions: number
  readonly refused: number
  readonly windowMs: number
}

/** How the peer counts a request that asks several questions: as one, or once for each of them. */
export interface Weighing {
  /** What a request counts. */
  weightOf(sent: { readonly questions: number }): number
  /** A refusal after an unknown pace: says whether it changed how requests are counted. */
  refused(taken: Weighed): boolean
  /** A window without refusals went by. */
  clean(): void
}

/** A rate this near to the published one is that rate, as times are whole seconds. */
const NEARLY = 0.9

/**
 * Learns the weight of requests with several questions. It is 1 until a refusal comes while far fewer requests than the published ones were taken,
 * and as many questions as are published.
 *
 * Why: another program may have used up the rest, so that the questions agree by chance. After a clean window requests are counted as one again, and
 * with every refusal of that twice as many clean windows must pass.
 */
export function createWeighing(published: { readonly requests: number; readonly windowMs: number }): Weighing {
  let byQuestions = false
  let clean = 0
  let patience = 1
  const isLow = (count: number, windowMs: number): boolean =>
    count / windowMs < (published.requests / published.windowMs) * NEARLY
  return {
    weightOf: ({ questions }) => (byQuestions ? questions : 1),

    refused({ requests, questions, refused, windowMs }) {
      if (byQuestions || !isLow(requests + 1, windowMs) || isLow(questions + refused, windowMs)) return false
      if (clean > 0) patience *= 2
      byQuestions = true
      clean = 0
      return true
    },

    clean() {
      if (!byQuestions || ++clean < patience) return
      byQuestions = false
    },
  }
}
