import type { Pattern } from './pattern.ts'
import { compilePattern } from './pattern.ts'

const MOST = 100

const cache = new Map<string, ReturnType<typeof compilePattern>>()

/** As `compilePattern`; a pattern that comes again and again is compiled once. */
export function cachedPattern(text: string): { readonly pattern: Pattern } | { readonly problem: string } {
  let found = cache.get(text)
  if (!found) {
    if (cache.size >= MOST) cache.clear()
    found = compilePattern(text)
    cache.set(text, found)
  }
  return found
}
