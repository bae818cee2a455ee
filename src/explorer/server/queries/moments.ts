import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { latestFinishedFull } from '../../../sdk/snapshot/tables/latest-sync.ts'
import { endOfSync } from '../../../readers/file/open-files.ts'
import type { Moment, Moments } from '../answers-work.ts'
import { LeastRecent } from '../least-recent.ts'
import type { Library } from '../library.ts'

/** Files of a folder whose syncs are listed, the newest. */
const MOST_FILES = 100

/** Remembers which full syncs files hold, so that each is opened once. */
export class MomentList {
  readonly #library: Library
  readonly #known = new LeastRecent<readonly Moment[]>(MOST_FILES)

  constructor(library: Library) {
    this.#library = library
  }

  /** The oldest first. What cannot be read is told and left out. */
  async all(): Promise<Moments> {
    const moments: Moment[] = []
    const unread: string[] = []
    for (const { name } of this.#library.files().slice(0, MOST_FILES))
      try {
        moments.push(...(await this.#in(name)))
      } catch (error) {
        unread.push(ConnectorError.from(error, `read ${name}`).detail)
      }
    return { moments: moments.sort((a, b) => (a.endedAt < b.endedAt ? -1 : 1)), unread }
  }

  async #in(name: string): Promise<readonly Moment[]> {
    const key = this.#library.stamp(name)
    const known = this.#known.get(key)
    if (known) return known
    const { snapshot } = await this.#library.open(name)
    const found = snapshot.syncs
      .filter((sync) => latestFinishedFull([sync]) !== undefined)
      .map((sync) => ({ file: name, sync: sync.syncId, endedAt: endOfSync(sync) }))
    return this.#known.keep(key, found)
  }
}
