/** Whole numbers in `[0, below)`, the same sequence for the same seed (xorshift32). */
export const seededRandom = (seed: number): ((below: number) => number) => {
  let state = (seed ^ 0x9e3779b9) | 0 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}
