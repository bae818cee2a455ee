import { ConnectorError } from '../../ground/errors.ts'
import { changeRetryPolicy } from '../../pacing/send-or-look.ts'
import { openUpdate, type SnapshotUpdate } from '../../snapshot/write/open-update.ts'
import { updateSync } from '../../sync/update.ts'
import { storeOptions } from '../commands/open-store.ts'
import { printable } from '../../text/printable.ts'
import type { ChangeRun } from './context.ts'
import { updatePlan } from './update-plan.ts'

/** Opened before anything is sent, so that a file that cannot be brought up to date is told while nothing is changed. */
export const openFile = ({
  config,
  ambient,
  io,
  connector,
}: Pick<ChangeRun, 'config' | 'ambient' | 'io' | 'connector'>) =>
  openUpdate({
    ...storeOptions(config, ambient, io.log),
    ...(connector.sourceName !== undefined && { source: connector.sourceName }),
  })

/**
 * Brings the file up to date in what was touched, and says in one line what became of it.
 *
 * Errors: as `updateSync`, with the sentence that the changes are made all the same.
 */
export async function updateFile(context: ChangeRun, { writer, from, types }: SnapshotUpdate): Promise<void> {
  const { config, ambient, connector, io, reporter, call } = context
  const { resources, withHolders } = updatePlan(reporter.places)
  const file = printable(config.file)
  if (resources.length === 0 || ambient.signal.aborted) {
    writer.release()
    if (resources.length > 0) io.stderr.write(`${file} was not brought up to date; the same command does it\n`)
    return
  }
  io.status.set(`bringing ${file} up to date`)
  try {
    const {
      syncId,
      file: written,
      read,
      removed,
    } = await updateSync({
      ...{ connector, writer, resources, withHolders, retry: changeRetryPolicy, ...call },
      types: new Set(types),
    })
    const parts = [read > 0 && `${count(read)} read again`, removed > 0 && `${count(removed)} taken out`]
    const rest = `the rest as read from ${writer.startedAt.toLocaleString('sv-SE')} on (sync ${from})`
    io.stderr.write(`${file}: new full sync ${syncId}: ${parts.filter(Boolean).join(', ')}; ${rest}\n`)
    for (const warning of written.warnings) io.log.warn(warning)
  } catch (caught) {
    const what = `the file could not be brought up to date and is unchanged; the changes listed above were made`
    throw ConnectorError.from(caught, 'update file').reworded((detail) => `${detail} (${what}; run a sync)`)
  } finally {
    io.status.set('')
  }
}

const count = (resources: number): string =>
  `${resources.toLocaleString('en-US')} ${resources === 1 ? 'resource' : 'resources'}`
