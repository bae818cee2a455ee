import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pattern } from '../../../../src/scim/map/regex/pattern.ts'
import { compilePattern, MAX_MATCHED_CHARS } from '../../../../src/scim/map/regex/pattern.ts'

const pattern = (text: string): Pattern => {
  const result = compilePattern(text)
  if ('problem' in result) throw new Error(result.problem)
  return result.pattern
}

const found = (text: string, input: string): readonly string[] =>
  Array.from(pattern(text).matches(input), ({ start, end }) => input.slice(start, end))

/** Patterns that mean the same to JavaScript; short and over few letters, so that its engine has an answer at once. */
const patterns = fc.letrec<{ taking: string; any: string }>((tie) => ({
  /** Takes at least one character. */
  taking: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', String.raw`\d`, String.raw`\w`, '1'),
    fc.tuple(tie('any'), tie('taking')).map(([left, right]) => left + right),
    fc.tuple(tie('taking'), tie('taking')).map(([left, right]) => `(${left}|${right})`),
    fc.tuple(tie('taking'), fc.constantFrom('+', '{2}', '{1,2}', '+?')).map(([body, count]) => `(?:${body})${count}`),
  ),
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('taking'),
    fc.constantFrom(String.raw`\b`, '^', '$', ''),
    fc.tuple(tie('any'), tie('any')).map(([left, right]) => `(${left}|${right})`),
    fc
      .tuple(tie('taking'), fc.constantFrom('*', '?', '*?', '??', '{0,2}'))
      .map(([body, count]) => `(?:${body})${count}`),
  ),
}))

const input = fc.array(fc.constantFrom('a', 'b', '1', ' '), { maxLength: 7 }).map((chars) => chars.join(''))

describe('a pattern', () => {
  it('finds what the engine of JavaScript finds', () => {
    fc.assert(
      fc.property(patterns.any, input, (source, text) => {
        fc.pre(source !== '' && source.length < 60)
        const theirs = Array.from(text.matchAll(new RegExp(source, 'g')), (match) => [match.index, match[0]])
        const ours = Array.from(pattern(source).matches(text), ({ start, end }) => [start, text.slice(start, end)])
        expect(ours).toEqual(theirs)
      }),
      { numRuns: 1000 },
    )
  })

  it('finds something where that does, also where a round of a loop takes nothing', () => {
    const loops = fc.tuple(patterns.any, fc.constantFrom('*', '+', '*?', '{2,}'), patterns.any)
    fc.assert(
      fc.property(loops, input, ([body, count, rest], text) => {
        fc.pre(body.length + rest.length < 40)
        const source = `^(?:${body})${count}${rest}$`
        expect(pattern(source).test(text)).toBe(new RegExp(source).test(text))
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['([1-9][0-9])', 'room 42', ['42']],
    [String.raw`.*\@domain.com`, 'ada@domain.com', ['ada@domain.com']],
    ['(?i)ÄB', 'äb ÄB', ['äb', 'ÄB']],
    [String.raw`\w+`, 'Müller-Łuk', ['Müller', 'Łuk']],
    [String.raw`\p{Lu}`, 'aBÇ', ['B', 'Ç']],
    [String.raw`[\d\-]+`, 'tel 1-2', ['1-2']],
    [']', '[]]', [']', ']']],
    ['[]a]+', 'x]a', [']a']],
    ['😀?b', 'a😀b', ['😀b']],
    [String.raw`^\u0041\x42$`, 'AB', ['AB']],
    ['a$', 'ba\n', ['a']],
    [String.raw`a\z`, 'ba\n', []],
    [String.raw`\Aa`, 'aa', ['a']],
    ['x*', 'ab', ['', '', '']],
    ['(a|ab)(c|bcd)', 'abcd', ['abcd']],
    ['a{2,3}?', 'aaaa', ['aa', 'aa']],
  ])('%s in %s', (source, text, expected) => expect(found(source, text)).toEqual(expected))

  it('tells the parts of a match', () => {
    const [match] = pattern(String.raw`(?<user>[^@]+)@(?'host'\w+)(x)?`).matches('ada@acme')
    expect(match?.group('user')).toEqual({ start: 0, end: 3 })
    expect(match?.group('host')).toEqual({ start: 4, end: 8 })
    expect(match?.group(3)).toBeUndefined()
    expect(match?.group('nobody')).toBeUndefined()
  })

  it('does no more than its own length times that of the text', () => {
    // With an engine that tries every way, the first of these alone would take longer than anyone lives.
    const text = `${'a'.repeat(MAX_MATCHED_CHARS - 1)}!`
    expect(['(a+)+$', '(a|a)+$', '(a|aa)+$', '(.*a){20}$', '(a*)*b'].map((one) => pattern(one).test(text))).toEqual([
      false,
      false,
      false,
      false,
      false,
    ])
    expect(pattern('a').test('a'.repeat(MAX_MATCHED_CHARS + 1))).toBe(false)
  })

  it.each([
    ['', 'must not be empty'],
    ['a'.repeat(501), 'has more than 500 characters'],
    ['(?=a)', 'looks ahead, which is not offered'],
    ['(?!a)', 'looks ahead, which is not offered'],
    ['(?<=a)b', 'looks behind, which is not offered'],
    ['(?<!a)b', 'looks behind, which is not offered'],
    ['(?>a)', 'holds an atomic group, which is not offered'],
    ['a++', 'holds a possessive quantifier, which is not offered'],
    [String.raw`(a)\1`, 'refers back to a group, which is not offered'],
    [String.raw`(?<x>a)\k<x>`, 'refers back to a group, which is not offered'],
    ['(?(a)b|c)', 'holds a condition, which is not offered'],
    ['a(?i)b', 'has a group of a kind that is not offered; there are (…), (?:…) and (?<name>…), and (?i) at the start'],
    ['[a-z-[aeiou]]', 'takes one set of characters from another, which is not offered'],
    ['(a', 'has a ( that nothing closes'],
    ['a)', 'has a ) that closes nothing'],
    ['[a', 'has a [ that nothing closes'],
    ['*a', 'has a * with nothing before it'],
    ['a**', 'repeats a repetition; put it in ( )'],
    ['^*', 'repeats an anchor, which has no length'],
    ['[z-a]', 'has a range of characters that runs backwards'],
    [String.raw`[a-\d]`, 'has a range of characters that ends in no character'],
    [String.raw`\q`, String.raw`has \q, which means nothing here`],
    [String.raw`\p{Nonsense}`, 'names an unknown class of characters: Nonsense'],
    [String.raw`\pL`, String.raw`has a \p without {…}`],
    ['a\\', 'ends in the middle of something'],
    ['a{3,2}', 'repeats from 3 to 2 times'],
    ['a{1000}', 'repeats something more than 250 times'],
    ['((a{200}){200})', 'repeats too much; make the counts in { } smaller'],
    ['(?<x>a)(?<x>b)', 'has two groups x'],
    [`${'('.repeat(31)}a${')'.repeat(31)}`, 'nests more than 30 groups'],
  ])('%s is refused', (text, expected) => {
    const result = compilePattern(text)
    expect('problem' in result ? result.problem : undefined).toBe(expected)
  })

  it('is compiled or refused in a sentence, whatever is typed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...String.raw`()[]{}?*+|^$.\-,1aZ<>=!:'b`), { maxLength: 12 }), (chars) => {
        const result = compilePattern(chars.join(''))
        if ('problem' in result) expect(result.problem).not.toBe('')
        else expect(result.pattern.test('aZ1-b')).toBeTypeOf('boolean')
      }),
      { numRuns: 1000 },
    )
  })
})
