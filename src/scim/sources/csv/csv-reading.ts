import type { Kind } from '../../model.ts'
import type { SourceCall, SourceMember, SourceObject, SourceRead, SourceSink } from '../../source.ts'
import { Gaps } from '../gaps.ts'
import { doubledId, KnownIds } from '../known-ids.ts'
import type { TextFile } from '../text-file.ts'
import { rowObjects, type RowObject } from './row-object.ts'
import type { CsvRecord } from './csv-reader.ts'
import { tableRows, type Columns, type Header } from './table.ts'

/** One read of the tables of a csv source: people, then groups, then members. */
export class CsvReading {
  readonly #sink: SourceSink
  readonly #call: SourceCall
  readonly #ids = new KnownIds()
  readonly #gaps = new Gaps()
  readonly #notes: string[] = []
  #members = 0

  constructor(sink: SourceSink, call: SourceCall) {
    this.#sink = sink
    this.#call = call
  }

  /** Errors: `invalid-argument` where an id is there twice; else as `tableRows`. */
  async objects(kind: Kind, file: TextFile, columns: Columns): Promise<void> {
    let toObject: ((row: CsvRecord) => RowObject) | undefined
    for await (const { header, rows } of this.#rows(file, columns)) {
      if (toObject === undefined) this.#noteColumns(file, header, columns)
      toObject ??= rowObjects(header, columns)
      const batch: SourceObject[] = []
      for (const row of rows) {
        const made = toObject(row)
        if ('problem' in made) {
          this.#gaps.add(`${file.name}, line ${row.line}: ${made.problem}`)
          continue
        }
        const { object } = made
        const before = this.#ids.add(kind, object.id, row.line)
        if (before !== undefined) throw doubledId(file.name, kind, object.id, `line ${before}`, `line ${row.line}`)
        batch.push(object)
      }
      if (kind === 'user') this.#sink.users(batch)
      else this.#sink.groups(batch)
      this.#progress()
    }
  }

  async members(file: TextFile, columns: Columns): Promise<void> {
    let unknown = 0
    let firstUnknown = 0
    for await (const { header, rows } of this.#rows(file, columns)) {
      const [group, member] = [header.at('group'), header.at('member')]
      const batch: SourceMember[] = []
      for (const { line, cells, problem } of rows) {
        const [groupId = '', memberId = ''] = [cells[group], cells[member]]
        if (problem !== undefined || groupId === '' || memberId === '') {
          this.#gaps.add(`${file.name}, line ${line}: ${problem ?? `${groupId === '' ? 'group' : 'member'} is empty`}`)
          continue
        }
        const membership = this.#ids.membership(groupId, memberId)
        if (membership) batch.push(membership)
        else if (unknown++ === 0) firstUnknown = line
      }
      this.#members += batch.length
      this.#sink.members(batch)
      this.#progress()
    }
    if (unknown > 0)
      this.#notes.push(
        `${file.name}: rows whose group or member is in none of the other files are left out: ${unknown}, the first in line ${firstUnknown}`,
      )
  }

  /** That the files are no longer what they were when the read began. */
  changed(file: TextFile): void {
    this.#gaps.add(`${file.name} changed while it was read; read it again`)
  }

  result(): SourceRead {
    return { complete: this.#gaps.none, gaps: this.#gaps.sentences(), notes: this.#notes }
  }

  #rows(file: TextFile, columns: Columns): ReturnType<typeof tableRows> {
    return tableRows(file, columns, this.#call.signal)
  }

  #noteColumns(file: TextFile, header: Header, { known }: Columns): void {
    const names = header.others.map(({ name }) => name)
    if (names.length > 0) this.#notes.push(`${file.name}: other columns are kept as attributes: ${names.join(', ')}`)
    const missing = known.filter((name) => header.at(name) < 0)
    if (missing.length > 0) this.#notes.push(`${file.name}: columns that are not there: ${missing.join(', ')}`)
  }

  #progress(): void {
    this.#call.onProgress?.({
      users: this.#ids.count('user'),
      groups: this.#ids.count('group'),
      members: this.#members,
    })
  }
}
