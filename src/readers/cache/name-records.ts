import { TEXTS_OF_ENTRY, type NameColumns } from '../names/name-table.ts'
import { KEYS, type NamesHead, readJson } from './index-keys.ts'

/** Resources of a `NameTable` that make a record. */
const NAMES = 1000
/** Type, status, the ends of its texts, the end of its folded text. */
const NUMBERS = TEXTS_OF_ENTRY + 3
const NUMBER_BYTES = 4

/** A `NameTable` as records: the numbers of so many resources, their texts, their folded texts. */
export function* nameRecords(columns: NameColumns): Generator<readonly [key: string, value: string | Uint8Array]> {
  const { types, typeAt, statusAt, texts, ends, folded, foldedEnds } = columns
  const head: NamesHead = { size: typeAt.length, texts: texts.length, folded: folded.length, types }
  yield [KEYS.namesHead, JSON.stringify(head)]
  for (let from = 0; from < typeAt.length; from += NAMES) {
    const to = Math.min(from + NAMES, typeAt.length)
    const numbers = Buffer.alloc((to - from) * NUMBERS * NUMBER_BYTES)
    for (let rank = from; rank < to; rank++) {
      const own = [typeAt[rank], statusAt[rank], ...endsOf(columns, rank), foldedEnds[rank]]
      for (const [k, value = 0] of own.entries())
        numbers.writeInt32LE(value, ((rank - from) * NUMBERS + k) * NUMBER_BYTES)
    }
    yield [
      KEYS.names(from / NAMES),
      Buffer.concat([
        numbers,
        texts.subarray(ends[from * TEXTS_OF_ENTRY - 1] ?? 0, ends[to * TEXTS_OF_ENTRY - 1]),
        folded.subarray(foldedEnds[from - 1] ?? 0, foldedEnds[to - 1]),
      ]),
    ]
  }
}

const endsOf = ({ ends }: NameColumns, rank: number): Int32Array =>
  ends.subarray(rank * TEXTS_OF_ENTRY, (rank + 1) * TEXTS_OF_ENTRY)

/** Records that are read in one step. */
const A_STEP = 8

/** What `nameRecords` was given, step by step. `get` gives the record of a key. */
export function* readNameRecords(get: (key: string) => Buffer): Generator<undefined, NameColumns> {
  const { size, types, ...bytes } = readJson(get(KEYS.namesHead)) as NamesHead
  const columns: NameColumns = {
    types,
    typeAt: new Int32Array(size),
    statusAt: new Uint8Array(size),
    texts: Buffer.allocUnsafeSlow(bytes.texts),
    ends: new Int32Array(size * TEXTS_OF_ENTRY),
    folded: Buffer.allocUnsafeSlow(bytes.folded),
    foldedEnds: new Int32Array(size),
  }
  const { typeAt, statusAt, texts, ends, folded, foldedEnds } = columns
  for (let from = 0; from < size; from += NAMES) {
    if ((from / NAMES) % A_STEP === 0) yield
    const record = get(KEYS.names(from / NAMES))
    const to = Math.min(from + NAMES, size)
    let at = 0
    const next = (): number => record.readInt32LE((at += NUMBER_BYTES) - NUMBER_BYTES)
    for (let rank = from; rank < to; rank++) {
      typeAt[rank] = next()
      statusAt[rank] = next()
      for (let k = 0; k < TEXTS_OF_ENTRY; k++) ends[rank * TEXTS_OF_ENTRY + k] = next()
      foldedEnds[rank] = next()
    }
    const [start, end] = [ends[from * TEXTS_OF_ENTRY - 1] ?? 0, ends[to * TEXTS_OF_ENTRY - 1] ?? 0]
    record.copy(texts, start, at, at + end - start)
    record.copy(folded, foldedEnds[from - 1] ?? 0, at + end - start)
  }
  return columns
}
