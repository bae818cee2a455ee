import { editDistance } from '../sdk/edit-distance.ts'

/** The candidate nearest to what was typed, if near enough to be a slip of the hand. */
export function suggest(typed: string, candidates: readonly string[]): string | undefined {
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of candidates) {
    const distance = typed.length > 3 && candidate.startsWith(typed) ? 1 : editDistance(typed, candidate)
    if (distance < (best?.distance ?? Infinity)) best = { candidate, distance }
  }
  return best && best.distance <= Math.max(1, Math.floor(typed.length / 3)) ? best.candidate : undefined
}

/** `; did you mean X?` or nothing. */
export function didYouMean(typed: string, candidates: readonly string[], prefix = ''): string {
  const found = suggest(typed, candidates)
  return found === undefined ? '' : `; did you mean ${prefix}${found}?`
}
