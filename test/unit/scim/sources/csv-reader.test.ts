import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { CsvReader, type CsvRecord } from '../../../../src/scim/sources/csv/csv-reader.ts'

/** The records of a text that comes in chunks which end at `cuts`. */
function records(text: string, separator: string, cuts: readonly number[] = []): readonly CsvRecord[] {
  const bytes = Buffer.from(text)
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const reader = new CsvReader('x.csv', () => separator)
  const found = ends.flatMap((end, at) => reader.feed(Buffer.from(bytes.subarray(ends[at - 1] ?? 0, end))))
  return [...found, ...reader.end()]
}

const cell = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
  fc.constantFrom('', '"', '""', ',', ';', '\n', '\r\n', '\r', 'a"b', ' x ', '=1+1', 'Müller', '\u{1F600}'),
)
const separators = fc.constantFrom(',', ';', '\t')
const breaks = fc.constantFrom('\n', '\r\n', '\r')

/** Quoted where it must be, and now and then where it need not. */
const written = (text: string, separator: string, always: boolean): string =>
  always || new RegExp(`["\\r\\n${separator}]`).test(text) ? `"${text.replaceAll('"', '""')}"` : text

describe('a csv reader', () => {
  it('gives back what was written, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(cell, { minLength: 1, maxLength: 5 }), fc.boolean())),
        separators,
        breaks,
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 8 }),
        (rows, separator, lineBreak, ends, cuts) => {
          const lines = rows.map(([cells, always]) =>
            cells.map((text) => written(text, separator, always)).join(separator),
          )
          const text = lines.join(lineBreak) + (ends ? lineBreak : '')
          const expected = rows
            .map(([cells]) => cells.map((each) => each.trim()))
            .filter((cells) => cells.some((each) => each !== ''))
          expect(records(text, separator, cuts).map(({ cells }) => cells)).toEqual(expected)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('reads what csv-parse reads as csv-parse does', () => {
    const hostile = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', '""', ',"', '",', 'é'), maxLength: 30 })
    fc.assert(
      fc.property(hostile, fc.array(fc.nat(), { maxLength: 4 }), (text, cuts) => {
        const found = records(text, ',', cuts)
        const judged = judge(text)
        expect(found.some(({ problem }) => problem !== undefined)).toBe(judged === undefined)
        if (judged) expect(found.map(({ cells }) => cells)).toEqual(judged)
      }),
      { numRuns: 3000 },
    )
  })

  it('numbers records by the line they begin on, in every cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 6 }), (cuts) => {
        const text = 'a,b\n\n"x\ny",1\r\n"z"z,w\r\nc,d\n,\ne,"f'
        expect(records(text, ',', cuts).map(({ line, problem }) => [line, problem !== undefined])).toEqual([
          [1, false],
          [3, false],
          [5, true],
          [6, false],
          [8, true],
        ])
      }),
    )
  })
})

/** The rows by the judge, `undefined` where it refuses the text. */
function judge(text: string): readonly (readonly string[])[] | undefined {
  try {
    const rows: string[][] = parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] })
    return rows.map((row) => row.map((each) => each.trim())).filter((row) => row.some((each) => each !== ''))
  } catch {
    return undefined
  }
}
