import { CLASS_ESCAPES, CONTROL_ESCAPES, foldingCase, isNoLineFeed, not, propertyTest } from './char-sets.ts'
import type { CharTest, PatternNode, Place } from './pattern-node.ts'
import { UnfitPattern } from './pattern-node.ts'

export const MAX_PATTERN_CHARS = 500
const MAX_REPEAT = 250
const MAX_NESTING = 30

export interface ParsedPattern {
  readonly root: PatternNode
  readonly groupCount: number
  readonly groupNames: ReadonlyMap<string, number>
}

/** Reads a pattern of .NET without what needs a second look at the text. Errors: `UnfitPattern`, its message the end of a sentence. */
export function parsePattern(text: string): ParsedPattern {
  if (text === '') throw new UnfitPattern('must not be empty')
  if (text.length > MAX_PATTERN_CHARS) throw new UnfitPattern(`has more than ${MAX_PATTERN_CHARS} characters`)
  const parser = new PatternParser(text)
  return parser.whole()
}

const PLACES: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['b', 'boundary'],
  ['B', 'no-boundary'],
  ['A', 'start'],
  ['Z', 'end'],
  ['z', 'very-end'],
])

/** What a group begins with that is not offered, and what it is called. */
const REFUSED_GROUPS: readonly (readonly [string, string])[] = [
  ['?=', 'looks ahead'],
  ['?!', 'looks ahead'],
  ['?<=', 'looks behind'],
  ['?<!', 'looks behind'],
  ['?>', 'holds an atomic group'],
  ['?(', 'holds a condition'],
  ['?#', 'holds a comment'],
]

class PatternParser {
  readonly #chars: readonly string[]
  #at = 0
  #depth = 0
  #folds = false
  #groupCount = 0
  readonly #groupNames = new Map<string, number>()

  constructor(text: string) {
    this.#chars = Array.from(text)
  }

  whole(): ParsedPattern {
    if (this.#takeText('(?i)')) this.#folds = true
    const root = this.#choice()
    if (this.#at < this.#chars.length) throw new UnfitPattern('has a ) that closes nothing')
    return { root, groupCount: this.#groupCount, groupNames: this.#groupNames }
  }

  #choice(): PatternNode {
    const options = [this.#sequence()]
    while (this.#takeText('|')) options.push(this.#sequence())
    return options.length === 1 && options[0] ? options[0] : { kind: 'choice', options }
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = []
    while (this.#at < this.#chars.length && !this.#isNext('|') && !this.#isNext(')')) items.push(this.#repeated())
    return { kind: 'sequence', items }
  }

  #repeated(): PatternNode {
    const body = this.#single()
    const range = this.#range()
    if (!range) return body
    if (body.kind === 'place') throw new UnfitPattern('repeats an anchor, which has no length')
    const isLazy = this.#takeText('?')
    if (this.#isNext('+')) throw new UnfitPattern('holds a possessive quantifier, which is not offered')
    if (this.#isNext('*') || this.#isNext('?') || this.#range())
      throw new UnfitPattern('repeats a repetition; put it in ( )')
    return { kind: 'repeat', body, ...range, isLazy }
  }

  #range(): { readonly least: number; readonly most: number } | undefined {
    if (this.#takeText('*')) return { least: 0, most: Infinity }
    if (this.#takeText('+')) return { least: 1, most: Infinity }
    if (this.#takeText('?')) return { least: 0, most: 1 }
    const [text, least, comma, most] = /^\{(\d{1,4})(,(\d{1,4})?)?\}/.exec(this.#rest()) ?? []
    if (text === undefined) return undefined
    const from = Number(least)
    const to = most === undefined ? (comma === undefined ? from : Infinity) : Number(most)
    if (from > to) throw new UnfitPattern(`repeats from ${from} to ${to} times`)
    if (from > MAX_REPEAT || (to !== Infinity && to > MAX_REPEAT))
      throw new UnfitPattern(`repeats something more than ${MAX_REPEAT} times`)
    this.#at += text.length
    return { least: from, most: to }
  }

  #single(): PatternNode {
    const char = this.#take()
    switch (char) {
      case '(':
        return this.#group()
      case '[':
        return this.#char(this.#set())
      case '.':
        return { kind: 'char', fits: isNoLineFeed }
      case '^':
        return { kind: 'place', place: 'start' }
      case '$':
        return { kind: 'place', place: 'end' }
      case '*':
      case '+':
      case '?':
        throw new UnfitPattern(`has a ${char} with nothing before it`)
      case '\\': {
        const place = PLACES.get(this.#chars[this.#at] ?? '')
        if (!place) return this.#char(this.#escape())
        this.#at++
        return { kind: 'place', place }
      }
      default:
        return this.#char(is(char))
    }
  }

  #group(): PatternNode {
    if (++this.#depth > MAX_NESTING) throw new UnfitPattern(`nests more than ${MAX_NESTING} groups`)
    const refused = REFUSED_GROUPS.find(([start]) => this.#rest().startsWith(start))
    if (refused) throw new UnfitPattern(`${refused[1]}, which is not offered`)
    let index = 0
    if (!this.#takeText('?:')) {
      index = ++this.#groupCount
      if (this.#isNext('?')) this.#groupName(index)
    }
    const body = this.#choice()
    if (!this.#takeText(')')) throw new UnfitPattern('has a ( that nothing closes')
    this.#depth--
    return index === 0 ? body : { kind: 'group', index, body }
  }

  #groupName(index: number): void {
    const [text, , name] = /^\?(?:<|')(([A-Za-z_]\w*))(?:>|')/.exec(this.#rest()) ?? []
    if (text === undefined || name === undefined)
      throw new UnfitPattern(
        'has a group of a kind that is not offered; there are (…), (?:…) and (?<name>…), and (?i) at the start',
      )
    if (this.#groupNames.has(name)) throw new UnfitPattern(`has two groups ${name}`)
    this.#groupNames.set(name, index)
    this.#at += text.length
  }

  #set(): CharTest {
    const isNegative = this.#takeText('^')
    const tests: CharTest[] = []
    for (let isFirst = true; isFirst || !this.#isNext(']'); isFirst = false) {
      if (this.#at >= this.#chars.length) throw new UnfitPattern('has a [ that nothing closes')
      if (this.#isNext('[') && tests.length > 0 && this.#chars[this.#at - 1] === '-')
        throw new UnfitPattern('takes one set of characters from another, which is not offered')
      const from = this.#setItem()
      if (typeof from === 'number' && this.#isNext('-') && this.#chars[this.#at + 1] !== ']') {
        this.#at++
        const to = this.#isNext('[') ? undefined : this.#setItem()
        if (typeof to !== 'number') throw new UnfitPattern('has a range of characters that ends in no character')
        if (to < from) throw new UnfitPattern('has a range of characters that runs backwards')
        tests.push((c) => c >= from && c <= to)
      } else tests.push(typeof from === 'number' ? (c) => c === from : from)
    }
    this.#at++
    const fits = this.#fold((c) => tests.some((test) => test(c)))
    return isNegative ? not(fits) : fits
  }

  /** A character by its code point, or a set such as `\d`. */
  #setItem(): number | CharTest {
    const char = this.#take()
    if (char !== '\\') return char.codePointAt(0) ?? 0
    if (this.#takeText('b')) return 8
    const escaped = this.#escape()
    return escaped.code ?? escaped
  }

  /** What stands behind a backslash. */
  #escape(): CharTest & { readonly code?: number } {
    const char = this.#take()
    const set = CLASS_ESCAPES.get(char)
    if (set) return set
    if (char === 'p' || char === 'P') {
      const [text, name] = /^\{([^}]*)\}/.exec(this.#rest()) ?? []
      if (text === undefined || name === undefined) throw new UnfitPattern(`has a \\${char} without {…}`)
      this.#at += text.length
      return char === 'p' ? propertyTest(name) : not(propertyTest(name))
    }
    const [hex, digits] = /^(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))/.exec(char + this.#rest()) ?? []
    if (hex !== undefined) {
      this.#at += hex.length - 1
      return withCode(Number.parseInt(digits ?? hex.slice(1), 16))
    }
    const control = CONTROL_ESCAPES.get(char)
    if (control !== undefined) return withCode(control)
    if (/[1-9k]/.test(char)) throw new UnfitPattern('refers back to a group, which is not offered')
    if (/[A-Za-z]/.test(char)) throw new UnfitPattern(`has \\${char}, which means nothing here`)
    return withCode(char.codePointAt(0) ?? 0)
  }

  #char(fits: CharTest): PatternNode {
    return { kind: 'char', fits: this.#fold(fits) }
  }

  #fold(fits: CharTest): CharTest {
    return this.#folds ? foldingCase(fits) : fits
  }

  #take(): string {
    const char = this.#chars[this.#at++]
    if (char === undefined) throw new UnfitPattern('ends in the middle of something')
    return char
  }

  #rest(): string {
    return this.#chars.slice(this.#at, this.#at + 60).join('')
  }

  #isNext(char: string): boolean {
    return this.#chars[this.#at] === char
  }

  #takeText(text: string): boolean {
    if (!this.#rest().startsWith(text)) return false
    this.#at += text.length
    return true
  }
}

const is = (char: string): CharTest => withCode(char.codePointAt(0) ?? 0)

const withCode = (code: number): CharTest & { readonly code: number } =>
  Object.assign((c: number) => c === code, { code })
