import type { CommandCall } from '../../sdk/cli/command.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { endOfSync, type NamedFile } from '../file/open-files.ts'
import type { SyncView } from '../file/sync-view.ts'
import type { Shape } from '../output/columns.ts'
import { cellText, type Row } from '../output/row.ts'
import { filesOf, originShape, type ReaderSettings, withView } from './reading.ts'

/** What one file answers, and where it comes from. */
export interface Answered<T> {
  readonly origin: Row
  readonly found: T
}

/** What all files answer that were asked. */
export interface Answers<T> {
  readonly answered: readonly Answered<T>[]
  readonly isOneOfMany: boolean
  /** Rows that say where they come from, where there are several files. */
  readonly rowsOf: (rows: (found: T) => readonly Row[]) => readonly Row[]
  /** The shape of those rows. */
  readonly shapeOf: (shape: Shape) => Shape
  /** What stands before a sentence about one file, where there are several. */
  readonly lead: (answered: Answered<T>) => string
}

/**
 * Asks each file about what somebody named. Of several files those that do not hold it are told and passed over.
 *
 * Errors: as `withView` and `ask`, with the file where there are several; `not-found` where no file holds it.
 */
export async function askFiles<T>(
  call: CommandCall,
  settings: ReaderSettings,
  ask: (view: SyncView) => T,
): Promise<Answers<T>> {
  const files = filesOf(settings, call)
  const isOneOfMany = files.length > 1
  const answered: Answered<T>[] = []
  const unknown: ConnectorError[] = []
  for (const file of files)
    try {
      answered.push(
        await withView(file, settings, call, (view) => ({ origin: originOf(file, view), found: ask(view) })),
      )
    } catch (error) {
      const told = isOneOfMany && ConnectorError.is(error) ? error.reworded((text) => `${file.name}: ${text}`) : error
      if (!isOneOfMany || !ConnectorError.is(told) || told.code !== 'not-found') throw told
      unknown.push(told)
    }
  const [first] = unknown
  if (answered.length === 0 && first) throw first.reworded(() => unknown.map(({ inFull }) => inFull).join('\n  '))
  for (const { inFull } of unknown) call.stderr.write(`${inFull}\n`)
  return {
    answered,
    isOneOfMany,
    rowsOf: (rows) =>
      answered.flatMap(({ origin, found }) =>
        isOneOfMany ? rows(found).map((row) => ({ ...origin, ...row })) : rows(found),
      ),
    shapeOf: (shape) => (isOneOfMany ? originShape(shape) : shape),
    lead: ({ origin }) => (isOneOfMany ? `${cellText(origin['tenant'])}, ${cellText(origin['syncedAt'])}: ` : ''),
  }
}

const originOf = ({ tenant, name }: NamedFile, view: SyncView): Row => ({
  tenant,
  syncedAt: endOfSync(view.sync),
  file: name,
})
