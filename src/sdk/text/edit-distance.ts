/** How many letters have to be put in, taken out, replaced or swapped with the one beside them. */
export function editDistance(a: string, b: string): number {
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : Infinity
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swapped))
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}

/**
 * The candidates nearest to what was typed, any case, best first; only those near enough to be a slip or that begin with it. Of an address
 * the part before the @ says how near that is: the rest is the same for a whole company.
 */
export function nearest(typed: string, candidates: readonly string[], most: number): readonly string[] {
  const wanted = typed.toLowerCase()
  const [own = ''] = wanted.split('@')
  return [...new Set(candidates)]
    .map((candidate) => {
      const text = candidate.toLowerCase()
      const distance = wanted.length > 3 && text.startsWith(wanted) ? 1 : editDistance(wanted, text)
      return { candidate, distance }
    })
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(own.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate)
}
