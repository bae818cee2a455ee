import { latestFinished, latestFinishedFull } from '../../sdk/snapshot/tables/latest-sync.ts'
import { parseTimeText } from '../../sdk/snapshot/tables/time-text.ts'
import type { StoredSync } from '../../sdk/snapshot/tables/base-file.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { endOfSync, type NamedFile } from '../file/open-files.ts'
import { sinceOf } from './since.ts'

export interface ChosenSync {
  readonly file: NamedFile
  readonly sync: StoredSync
}

/** What was asked for, and how to look at files. */
export interface SyncChoice {
  readonly words: readonly string[]
  readonly since: string | undefined
  readonly now: Date
  readonly isFile: (word: string) => boolean
  readonly fileOf: (name: string) => NamedFile | undefined
  /** The files of `-f`. */
  readonly files: () => readonly NamedFile[]
  readonly syncsOf: (file: NamedFile) => Promise<readonly StoredSync[]>
}

/**
 * The two syncs to compare, the older one first as it was named.
 *
 * Errors: `not-found` for a word that is neither a file nor a sync, and where no sync is old enough; `failed-precondition` for an unfinished sync and
 * where there are not two; `invalid-argument` for words beside `--since`.
 */
export async function chooseSyncs(choice: SyncChoice): Promise<readonly [ChosenSync, ChosenSync]> {
  const { words, since } = choice
  if (since !== undefined) {
    if (words.length > 0)
      throw new ConnectorError('invalid-argument', 'choose syncs', '--since names the old one; leave out the words')
    return sinceThen(choice, since)
  }
  const [old, now] = words
  if (old === undefined) return theLastTwo(choice)
  const shown = now === undefined ? await theShown(choice, oneOf(choice.files())) : await named(choice, now)
  return [await named(choice, old), shown]
}

async function named(choice: SyncChoice, word: string): Promise<ChosenSync> {
  if (choice.isFile(word)) {
    const file = choice.fileOf(word)
    if (file) return theShown(choice, file)
  }
  for (const file of /[./\\]/.test(word) ? [] : choice.files()) {
    const sync = (await choice.syncsOf(file)).find(({ syncId }) => syncId === word)
    if (sync?.endedAt === undefined && sync) throw unfinished(file, `the sync ${word} is unfinished`)
    if (sync) return { file, sync }
  }
  throw new ConnectorError(
    'not-found',
    'choose syncs',
    `${JSON.stringify(word)} is no file, and no sync of the file of -f; see list syncs`,
  )
}

async function theShown(choice: SyncChoice, file: NamedFile): Promise<ChosenSync> {
  const sync = latestFinished(await choice.syncsOf(file))
  if (!sync) throw unfinished(file, 'the file holds no finished sync')
  return { file, sync }
}

async function theLastTwo(choice: SyncChoice): Promise<readonly [ChosenSync, ChosenSync]> {
  const finished = await finishedOf(choice)
  const [now, old] = finished
  if (now && old) return [old, now]
  throw new ConnectorError(
    'failed-precondition',
    'choose syncs',
    `there is ${now ? 'one finished full sync only' : 'no finished full sync'}, and two are compared; name two files, or sync again`,
  )
}

async function sinceThen(choice: SyncChoice, since: string): Promise<readonly [ChosenSync, ChosenSync]> {
  const finished = await finishedOf(choice)
  const [now] = finished
  const moment = sinceOf(since, choice.now)
  const old = finished.find(({ sync }) => moment !== undefined && timeOf(sync) <= moment.getTime())
  if (now && old) return [old, now]
  const oldest = finished.at(-1)
  const there = oldest ? `the oldest ended ${endOfSync(oldest.sync)}` : 'there is none'
  throw new ConnectorError(
    'not-found',
    'choose syncs',
    `no finished full sync ended before ${moment?.toISOString() ?? since}: ${there}; name more files with -f, or keep more syncs (--keep-sync-count)`,
  )
}

/** Full syncs of all files, the newest first. */
async function finishedOf(choice: SyncChoice): Promise<readonly ChosenSync[]> {
  const found: ChosenSync[] = []
  const files = choice.files()
  if (new Set(files.filter(({ isNamed }) => isNamed).map(({ tenant }) => tenant)).size > 1)
    throw new ConnectorError(
      'invalid-argument',
      'choose syncs',
      'the files are of several tenants; compare one at a time',
    )
  for (const file of files)
    for (const sync of await choice.syncsOf(file)) if (latestFinishedFull([sync])) found.push({ file, sync })
  return found.toSorted((a, b) => timeOf(b.sync) - timeOf(a.sync) || (a.sync.syncId < b.sync.syncId ? 1 : -1))
}

const timeOf = ({ endedAt = '' }: StoredSync): number => parseTimeText(endedAt)?.getTime() ?? 0

function oneOf(files: readonly NamedFile[]): NamedFile {
  const [first, second] = files
  if (first && !second) return first
  throw new ConnectorError('invalid-argument', 'choose syncs', 'name one file with -f, or the two to compare')
}

const unfinished = ({ name }: NamedFile, why: string): ConnectorError =>
  new ConnectorError('failed-precondition', `read ${name}`, `${why}; people and access may be missing in it`)
