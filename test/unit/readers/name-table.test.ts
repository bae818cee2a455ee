import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameRecords, readNameRecords } from '../../../src/readers/cache/name-records.ts'
import type { Kind } from '../../../src/readers/model/thing.ts'
import { NameDraft } from '../../../src/readers/names/name-draft.ts'
import { allSteps } from '../../../src/readers/names/name-list.ts'
import type { NameEntry } from '../../../src/readers/names/name-entry.ts'
import { foldedWords, NameTable } from '../../../src/readers/names/name-table.ts'

const kindOf = (type: string): Kind =>
  type === 'user' || type === 'bot' ? 'user' : type === 'group' || type === 'role' ? type : 'other'

const entryOf = (type: string, id: string, rest: Partial<NameEntry> = {}): NameEntry => ({
  ...{ key: `${type}:${id}`, name: id, type, kind: kindOf(type), email: null, status: null },
  ...rest,
})

function tableOf(entries: readonly NameEntry[]): NameTable {
  const draft = new NameDraft()
  for (const entry of entries) draft.add(entry)
  return draft.sorted(kindOf)
}

const all = (table: NameTable): readonly NameEntry[] =>
  Array.from({ length: table.size }, (_, rank) => table.entry(rank))

const foldedOf = ({ name, email, key, type }: NameEntry): string =>
  `${name}\n${email ?? ''}\n${key.slice(type.length + 1)}`.toLowerCase()

/** What the order is, said with texts. */
function inOrder(a: NameEntry, b: NameEntry): number {
  const group = (entry: NameEntry): string => (entry.kind === 'user' ? '' : `1${entry.type}`)
  const bytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other))
  return bytes(group(a), group(b)) || bytes(foldedOf(a), foldedOf(b)) || bytes(a.key, b.key)
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('Ada', 'ada', 'ADA Lovelace', 'İstanbul', 'straße', 'x\ny', 'de\u00a0la Cruz', '\u{1f600}', '\uffee'),
)

const entries = fc.uniqueArray(
  fc
    .record({
      type: fc.constantFrom('user', 'bot', 'group', 'role', 'resource', 'app:odd'),
      id: text,
      name: text.filter((name) => name !== ''),
      email: fc.option(text.filter((email) => email !== '')),
      status: fc.constantFrom('enabled' as const, 'disabled' as const, 'deleted' as const, null),
    })
    .map(({ type, id, ...rest }) => entryOf(type, id, rest)),
  { selector: ({ key }) => key, maxLength: 40 },
)

describe('the names of a sync', () => {
  it('are what was put in, people first, then by type and name, each at its rank', () => {
    fc.assert(
      fc.property(entries, (given) => {
        const table = tableOf(given)
        expect(all(table)).toEqual(given.toSorted(inOrder))
        for (const [rank, entry] of all(table).entries()) expect(table.rank(entry.key)).toBe(rank)
        expect(table.rank('user:\0nobody')).toBeUndefined()
      }),
    )
  })

  it('are found by words as texts are', () => {
    fc.assert(
      fc.property(entries, text, text, (given, one, other) => {
        const table = tableOf(given)
        const words = foldedWords(`${one} ${other}`)
        const [first = Buffer.alloc(0)] = words
        for (const [rank, entry] of all(table).entries()) {
          const folded = foldedOf(entry)
          const isHit = words.every((word) => folded.includes(word.toString()))
          const at = table.find(rank, words)
          expect([rank, at >= 0]).toEqual([rank, isHit && words.length > 0])
          if (at >= 0) expect(table.distance(rank, at, first)).toBe(distanceIn(folded, first.toString()))
        }
      }),
    )
  })

  it('are in an index what they were', () => {
    fc.assert(
      fc.property(entries, fc.constantFrom(1, 60), (given, times) => {
        const many = Array.from({ length: times }, (_, i) =>
          given.map(({ key, type, ...rest }) =>
            entryOf(type, `${key.slice(type.length + 1)} ${i}`, { ...rest, key: `${key} ${i}` }),
          ),
        ).flat()
        const table = tableOf(many)
        const records = new Map(
          Array.from(nameRecords(table.columns), ([key, value]) => [key, Buffer.from(value as string)]),
        )
        const columns = allSteps(readNameRecords((key) => records.get(key) ?? Buffer.alloc(0)))
        expect(all(new NameTable(columns, kindOf))).toEqual(all(table))
      }),
    )
  })

  it('are at their ranks also where the ids of a crafted file all meet', () => {
    const slots = 512
    const meeting: NameEntry[] = []
    for (let n = 0; meeting.length < slots / 2; n++) {
      const entry = entryOf('group', String(n))
      if ((hashOf(entry.key) & (slots - 1)) === 7) meeting.push(entry)
    }
    const table = tableOf(meeting)
    for (const [rank, { key }] of all(table).entries()) expect(table.rank(key)).toBe(rank)
    expect(table.rank('group:none')).toBeUndefined()
  })
})

function distanceIn(folded: string, word: string): number {
  const at = folded.indexOf(word)
  if (at === 0) return folded.charAt(word.length) === '\n' ? 0 : 1
  return /[\s@._-]/.test(folded.charAt(at - 1)) ? 2 : 3
}

/** The hash of the table of ranks, for a file that is made to meet in it. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash ^ (hash >>> 16)) >>> 0
}
