import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { sourceOf } from '../../../sdk/snapshot/tables/finished-token.ts'
import { latestFinishedFull } from '../../../sdk/snapshot/tables/latest-sync.ts'
import type { StoredSync } from '../../../sdk/snapshot/tables/base-file.ts'
import { endOfSync } from '../../../readers/file/open-files.ts'
import type { Growth, Moment, Moments } from '../answers-work.ts'
import { LeastRecent } from '../least-recent.ts'
import type { Library } from '../library.ts'

/** Files of a folder whose syncs are listed, the newest. */
const MOST_FILES = 100

/** Remembers which full syncs files hold, so that each is opened once. */
export class MomentList {
  readonly #library: Library
  readonly #known = new LeastRecent<Growth['points']>(MOST_FILES)

  constructor(library: Library) {
    this.#library = library
  }

  /** The oldest first. What cannot be read is told and left out. */
  async all(): Promise<Moments> {
    const { points, unread } = await this.#points()
    return { moments: points.map(({ file, sync, endedAt, source }) => ({ file, sync, endedAt, source })), unread }
  }

  /** Those of the network of a sync, the oldest first. A file that does not say what was read goes with others that do not. Errors: as `Library.ask`. */
  async like(file: string | undefined, syncId: string | undefined): Promise<Growth> {
    const { sync, source } = await this.#library.ask(file, syncId, (open) => ({
      sync: open.info,
      source: networkOf(open.view.sync),
    }))
    const { points } = await this.#points()
    return { sync, points: points.filter((point) => point.source === source) }
  }

  async #points(): Promise<{ readonly points: Growth['points']; readonly unread: readonly string[] }> {
    const points: Growth['points'][number][] = []
    const unread: string[] = []
    for (const { name } of this.#library.files().slice(0, MOST_FILES))
      try {
        points.push(...(await this.#in(name)))
      } catch (error) {
        unread.push(ConnectorError.from(error, `read ${name}`).detail)
      }
    return { points: points.sort((a, b) => (a.endedAt < b.endedAt ? -1 : 1)), unread }
  }

  async #in(name: string): Promise<Growth['points']> {
    const key = this.#library.stamp(name)
    const known = this.#known.get(key)
    if (known) return known
    const found = await this.#library.askFile(name, (snapshot) =>
      snapshot.syncs
        .filter((sync) => latestFinishedFull([sync]) !== undefined)
        .map((sync) => {
          const { resources, grants } = snapshot.counts(sync.syncId)
          return {
            ...momentOf(name, sync),
            resources: { ...resources },
            grants: Object.values(grants).reduce((a, b) => a + b, 0),
          }
        }),
    )
    return this.#known.keep(key, found)
  }
}

const networkOf = (sync: StoredSync): string | null => sourceOf(sync.checkpoint) ?? null

const momentOf = (file: string, sync: StoredSync): Moment => ({
  ...{ file, sync: sync.syncId, endedAt: endOfSync(sync), source: networkOf(sync) },
})
