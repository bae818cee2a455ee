import { editDistance } from './edit-distance.ts'

interface Nearest {
  readonly candidate: string
  readonly distance: number
}

/** The candidate nearest to what was typed, if near enough to be a slip of the hand. */
export function suggest(typed: string, candidates: readonly string[]): Nearest | undefined {
  let best: Nearest | undefined
  for (const candidate of candidates) {
    const distance = typed.length > 3 && candidate.startsWith(typed) ? 1 : editDistance(typed, candidate)
    if (distance < (best?.distance ?? Infinity)) best = { candidate, distance }
  }
  return best && best.distance <= Math.max(1, Math.floor(typed.length / 3)) ? best : undefined
}

/** `; did you mean X?` or nothing. */
export function didYouMean(typed: string, candidates: readonly string[], prefix = ''): string {
  const found = suggest(typed, candidates)
  return found ? `; did you mean ${prefix}${found.candidate}?` : ''
}

/** Whether the typed text is so near to a candidate that it cannot be a secret, and may be repeated. */
export const isSlipOf = (typed: string, candidates: readonly string[]): boolean =>
  (suggest(typed, candidates)?.distance ?? Infinity) <= 2
