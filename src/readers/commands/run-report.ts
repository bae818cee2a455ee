import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { CommandCall, CommandOutput } from '../../sdk/cli/command.ts'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'
import { expansionState, SAID_OF_STATE } from '../access/expansion-state.ts'
import { DEFAULT_JEWELS } from '../diff/jewels.ts'
import { endOfSync, type NamedFile } from '../file/open-files.ts'
import { writeWholeFile } from '../output/whole-file.ts'
import { chartsOf } from '../report/charts.ts'
import { type GrowthPoint, growthPoints } from '../report/growth.ts'
import { writeChartsCsv, writeReviewCsv } from '../report/review-csv.ts'
import { writeReviewPage } from '../report/review-page.ts'
import { readReview } from '../report/review.ts'
import { filesOf, type ReaderSettings, withSnapshot, withView } from './reading.ts'

export interface ReportSettings extends Pick<ReaderSettings, 'file' | 'sync'> {
  readonly html: string | undefined
  readonly csv: string | undefined
  readonly tag: readonly string[]
}

const DEFAULT_PAGE = 'access-review.html'

/** Only its owner may read who holds what. */
const MODE = 0o600

/** Writes the review of one sync, with the growth over all files. Exit code 0. */
export async function runReport(call: CommandCall, settings: ReportSettings): Promise<number> {
  const { file, points } = await readGrowth(filesOf({ ...settings, output: 'table' }, call), settings.sync, call)
  const jewels = settings.tag.length > 0 ? settings.tag : DEFAULT_JEWELS
  const page = settings.html ?? (settings.csv === undefined ? DEFAULT_PAGE : undefined)
  const { cwd, clock } = call.process
  const wrote: string[] = []
  const write = async (path: string, work: (output: CommandOutput) => void): Promise<void> => {
    await writeWholeFile(resolve(cwd, path), async (output) => work(output), MODE)
    wrote.push(path)
  }
  const said = await withView(file, { ...settings, output: 'table' }, call, async (view) => {
    const review = readReview(view, jewels)
    const charts = chartsOf(review, points)
    if (page !== undefined) {
      const expansion = SAID_OF_STATE[expansionState(view, review.expansion)]
      const facts = { tenant: file.tenant, file: file.name, expansion, jewels, madeAt: clock.now() }
      await write(page, (output) => writeReviewPage(output, review, charts, facts))
    }
    if (settings.csv !== undefined) {
      makeFolder(resolve(cwd, settings.csv), settings.csv)
      await write(join(settings.csv, 'access-review.csv'), (output) => writeReviewCsv(output, review))
      await write(join(settings.csv, 'charts.csv'), (output) => writeChartsCsv(output, charts))
    }
    const first = review.rows.filter(({ entitlement }) => entitlement.isJewel).length
    return `${review.rows.length} grants to decide, ${first} of them on crown jewels (${jewels.join(', ')})`
  })
  const of = points ? `review of ${file.name}, ` : ''
  call.stderr.write(`wrote ${wrote.join(', ')}: ${of}${said}\n`)
  return 0
}

interface Growth {
  /** Which is reviewed: whose sync ended last, or that has the sync that was asked for. */
  readonly file: NamedFile
  /** Of several files. */
  readonly points?: readonly GrowthPoint[]
}

/** Reads which syncs files hold, one file after the other. Errors: as `withSnapshot`. */
async function readGrowth(files: readonly NamedFile[], syncId: string | undefined, call: CommandCall): Promise<Growth> {
  const [first, second] = files
  if (first === undefined) throw new RangeError('no file')
  if (second === undefined) return { file: first }
  const points: (GrowthPoint & Pick<Growth, 'file'>)[] = []
  for (const file of files)
    points.push(
      ...(await withSnapshot(file, call, (snapshot) => growthPoints(snapshot).map((of) => ({ ...of, file })))),
    )
  const [last] = points
    .filter(({ sync }) => syncId === undefined || sync.syncId === syncId)
    .sort((a, b) => (endOfSync(a.sync) < endOfSync(b.sync) ? 1 : -1))
  return { file: last?.file ?? first, points }
}

function makeFolder(path: string, name: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw storageError(error, `make the folder ${name}`)
  }
}
