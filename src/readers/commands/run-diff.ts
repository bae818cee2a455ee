import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommandCall } from '../../sdk/cli/command.ts'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'
import { exitCodeOf } from '../../sdk/ground/errors.ts'
import { type Change, CHANGES } from '../diff/change.ts'
import { chooseSyncs, type ChosenSync } from '../diff/choose-syncs.ts'
import { compareSyncs } from '../diff/compare-syncs.ts'
import { DEFAULT_JEWELS } from '../diff/jewels.ts'
import { changesMarkdown, changesText, countsText } from '../diff/say-changes.ts'
import { endOfSync, findFiles } from '../file/open-files.ts'
import { SyncView } from '../file/sync-view.ts'
import { testOf } from '../output/choose-rows.ts'
import type { Row } from '../output/row.ts'
import { choiceOf, filesOf, OpenFiles, type RowSettings, withSnapshot } from './reading.ts'
import { writeAnswer } from './write-answer.ts'

export interface DiffSettings extends Omit<RowSettings, 'sync'> {
  readonly since: string | undefined
  readonly only: 'admins' | undefined
  readonly 'no-new-access': boolean
  readonly format: 'text' | 'markdown'
  /** Of the crown jewels. */
  readonly tag: readonly string[]
}

type Chosen = readonly [old: ChosenSync, now: ChosenSync]

/** Files that may be open at once: each takes as much room as it unpacks to. */
const MOST_OPEN = 2

/** Prints what differs between two syncs. Exit code 0 where nothing does, else 10. */
export async function runDiff(call: CommandCall, settings: DiffSettings, words: readonly string[]): Promise<number> {
  using opened = new OpenFiles(call)
  const test = testOf(settings.where, CHANGES)
  const chosen = await choose(call, settings, words, opened)
  const changes = (await compare(opened, chosen, settings.tag)).filter(
    (change) =>
      (settings.only === undefined || change.admin) && (!settings['no-new-access'] || change.newAccess) && test(change),
  )
  write(call, settings, chosen, changes)
  return changes.length === 0 ? 0 : exitCodeOf('aborted')
}

function choose(
  call: CommandCall,
  settings: DiffSettings,
  words: readonly string[],
  opened: OpenFiles,
): Promise<Chosen> {
  const { cwd, clock } = call.process
  const files = () => filesOf({ ...settings, sync: undefined }, call)
  return chooseSyncs({
    words,
    since: settings.since,
    now: clock.now(),
    isFile: (word) => statSync(resolve(cwd, word), { throwIfNoEntry: false })?.isFile() === true,
    fileOf: (name) => findFiles([name], cwd)[0],
    files,
    syncsOf: async (file) =>
      words.length === 0 && files().length > MOST_OPEN
        ? withSnapshot(file, call, ({ syncs }) => syncs)
        : (await opened.open(file)).syncs,
  })
}

async function compare(opened: OpenFiles, [old, now]: Chosen, tags: readonly string[]): Promise<readonly Change[]> {
  const [before, after] = [await opened.open(old.file), await opened.open(now.file)]
  try {
    const views = [new SyncView(old.file.name, before, old.sync), new SyncView(now.file.name, after, now.sync)] as const
    return compareSyncs(...views, tags.length > 0 ? tags : DEFAULT_JEWELS)
  } catch (error) {
    throw storageError(error, `compare ${old.file.name} and ${now.file.name}`)
  }
}

const sideOf = ({ file, sync }: ChosenSync): Row => ({ file: file.name, sync: sync.syncId, endedAt: endOfSync(sync) })

const saySide = ({ file, sync }: ChosenSync): string => `${file.name} of ${endOfSync(sync)}`

function write(call: CommandCall, settings: DiffSettings, [old, now]: Chosen, changes: readonly Change[]): void {
  const title = `${saySide(old)} → ${saySide(now)}`
  if (settings.format === 'markdown') {
    call.stdout.write(changesMarkdown(changes, title))
    return
  }
  call.stderr.write(`${title}: ${countsText(changes)}\n`)
  if (settings.output === 'table') call.stdout.write(changesText(changes))
  else
    writeAnswer(call, {
      ...settings,
      shape: CHANGES,
      rows: changes,
      choice: { ...choiceOf({ ...settings, sync: undefined }), where: [] },
      answer: { old: sideOf(old), new: sideOf(now), same: changes.length === 0 },
      name: 'changes',
    })
}
