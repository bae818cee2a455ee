import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../../../../../src/sdk/cli/changes/csv.ts'

const cellsOf = (text: string) => readCsv(text).records.map((record) => record.cells)

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`

const cell = fc.string({ unit: fc.constantFrom('a', 'é', '🦊', '"', ',', '\n', '\r\n', ' ', ';') })

describe('readCsv', () => {
  it('reads back whatever was written with quotes, with either line break', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (rows, lineBreak, ends) => {
          const text = rows.map((row) => row.map(quoted).join(',')).join(lineBreak) + (ends ? lineBreak : '')
          expect(readCsv(text).problem).toBeUndefined()
          expect(cellsOf(text)).toEqual(rows)
        },
      ),
    )
  })

  it('reads any text to its end or to a problem', () => {
    fc.assert(
      fc.property(cell, (text) => {
        const { records, problem } = readCsv(text)
        for (const { line } of records) expect(line).toBeGreaterThan(0)
        if (!problem) expect(records.length).toBeLessThanOrEqual(text.split('\n').length)
      }),
    )
  })

  it('takes cells without quotes as they are, spaces and all', () => {
    expect(cellsOf('a, b ,\n,c,d')).toEqual([
      ['a', ' b ', ''],
      ['', 'c', 'd'],
    ])
  })

  it.each([
    ['a;b\n1;"x;y"\n', ';'],
    ['a\tb\n1\t"x;y"\n', 'tab'],
    ['a|b\r\n1|x;y\r\n', '|'],
    ['sep=^\r\na^b\r\n1^x;y\r\n', 'named in a first line'],
    ['\uFEFFsep=;\na;b\n1;"x;y"', 'named behind a byte order mark'],
    ['\n"a,x";b\n1;"x;y"\n', '; with a comma in quotes'],
    ['a,b\r1,x;y\r', ', and CR as line break'],
  ])('takes the separator that the first line of %j shows: %s', (text) => {
    expect(readCsv(text).problem).toBeUndefined()
    expect(cellsOf(text).at(-1)).toEqual(['1', 'x;y'])
  })

  it('counts lines through quoted breaks and empty lines, and drops the byte order mark', () => {
    expect(readCsv('\uFEFFa,"x\r\ny"\r\n\r\nb,c\n').records).toEqual([
      { line: 1, cells: ['a', 'x\r\ny'] },
      { line: 4, cells: ['b', 'c'] },
    ])
  })

  it.each([
    ['a\nb,"c', { line: 2, text: 'a quote is opened and not closed' }],
    ['"a"b,c', { line: 1, text: 'text after the closing quote of a cell' }],
    ['a\n\nb"c', { line: 3, text: 'a quote inside a cell that does not begin with one' }],
    ['x'.repeat(20_000), { line: 1, text: 'a cell is too long' }],
  ])('tells where %j breaks the rules', (text, problem) => {
    expect(readCsv(text).problem).toEqual(problem)
  })
})
