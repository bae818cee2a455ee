import { isWord } from './char-sets.ts'
import { parsePattern } from './parse-pattern.ts'
import type { Place } from './pattern-node.ts'
import { UnfitPattern } from './pattern-node.ts'
import type { Step } from './program.ts'
import { programOf } from './program.ts'

/** Longest text that a pattern is held against. */
export const MAX_MATCHED_CHARS = 2048

/** Where a match stands; `group` gives the part of a group by name or number, `undefined` where it took no part. */
export interface Match {
  readonly start: number
  readonly end: number
  group(reference: string | number): { readonly start: number; readonly end: number } | undefined
}

/**
 * A regular expression that cannot run away: the work is at most the length of the text times the length of the pattern, as no place of the
 * pattern is tried twice at one place of the text.
 *
 * Why: patterns come from a configuration and texts from a directory; the engine of JavaScript may need years for an unlucky pair.
 */
export interface Pattern {
  readonly groupNames: ReadonlySet<string>
  /** Whether it occurs in the text; not anchored. Longer texts than `MAX_MATCHED_CHARS` have no match. */
  test(text: string): boolean
  /** The matches one after another, without overlap. */
  matches(text: string): Generator<Match>
}

/** Compiles a pattern; `problem` is the end of a sentence that begins with the pattern's name. */
export function compilePattern(text: string): { readonly pattern: Pattern } | { readonly problem: string } {
  try {
    const { root, groupNames, groupCount } = parsePattern(text)
    const steps = programOf(root)
    const run = (input: string, from: number): Match | undefined => {
      const slots = find(steps, input, from, (groupCount + 1) * 2)
      return slots && matchOf(slots, groupNames)
    }
    return {
      pattern: {
        groupNames: new Set(groupNames.keys()),
        test: (input) => input.length <= MAX_MATCHED_CHARS && run(input, 0) !== undefined,
        *matches(input) {
          if (input.length > MAX_MATCHED_CHARS) return
          for (let from = 0; from <= input.length;) {
            const match = run(input, from)
            if (!match) return
            yield match
            from = match.end > match.start ? match.end : after(input, match.end)
          }
        },
      },
    }
  } catch (error) {
    if (error instanceof UnfitPattern) return { problem: error.message }
    throw error
  }
}

const after = (text: string, at: number): number => at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)

function matchOf(slots: readonly number[], names: ReadonlyMap<string, number>): Match {
  const part = (index: number) => {
    const [start = -1, end = -1] = slots.slice(index * 2, index * 2 + 2)
    return start < 0 || end < 0 ? undefined : { start, end }
  }
  const whole = part(0) ?? { start: 0, end: 0 }
  return {
    ...whole,
    group: (reference) => {
      const index = typeof reference === 'number' ? reference : names.get(reference)
      return index === undefined ? undefined : part(index)
    },
  }
}

/** The slots of the first match at `from` or later: start and end of each group, -1 where it took no part. */
function find(steps: readonly Step[], text: string, from: number, slotCount: number): readonly number[] | undefined {
  // What failed once at a place fails again, also for a later start.
  const tried = new Uint8Array(steps.length * (text.length + 1))
  for (let start = from; start <= text.length; start = after(text, start)) {
    const slots = walk(steps, text, start, slotCount, tried)
    if (slots) return slots
  }
  return undefined
}

function walk(
  steps: readonly Step[],
  text: string,
  start: number,
  slotCount: number,
  tried: Uint8Array,
): readonly number[] | undefined {
  const slots = Array.from({ length: slotCount }, () => -1)
  // Ways left to try, the last first: a step and a place, or with a negative number a slot and its earlier value.
  const ways: number[] = [0, start]
  while (ways.length > 0) {
    let at = ways.pop() ?? 0
    let next = ways.pop() ?? 0
    if (next < 0) {
      slots[-next - 1] = at
      continue
    }
    for (;;) {
      const key = next * (text.length + 1) + at
      if (tried[key] === 1) break
      tried[key] = 1
      const step = steps[next]
      if (!step) break
      if (step.kind === 'done') return slots
      if (step.kind === 'char') {
        const char = text.codePointAt(at)
        if (char === undefined || !step.fits(char)) break
        at += char > 0xffff ? 2 : 1
        next++
      } else if (step.kind === 'split') {
        ways.push(step.other, at)
        next = step.next
      } else if (step.kind === 'jump') {
        next = step.next
      } else if (step.kind === 'save') {
        ways.push(-step.slot - 1, slots[step.slot] ?? -1)
        slots[step.slot] = at
        next++
      } else {
        if (!isAt(step.place, text, at)) break
        next++
      }
    }
  }
  return undefined
}

function isAt(place: Place, text: string, at: number): boolean {
  switch (place) {
    case 'start':
      return at === 0
    case 'end':
      return at === text.length || (at === text.length - 1 && text.charAt(at) === '\n')
    case 'very-end':
      return at === text.length
    default:
      return (isWordAt(text, at - 1) !== isWordAt(text, at)) === (place === 'boundary')
  }
}

function isWordAt(text: string, at: number): boolean {
  const char = text.codePointAt(at)
  return char !== undefined && at >= 0 && isWord(char)
}
