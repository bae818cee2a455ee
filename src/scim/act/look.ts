import type { Kind, TargetObject } from '../model.ts'
import type { TargetImage } from '../state/target-image.ts'
import type { Target } from '../target/target.ts'
import { runPool } from './pool.ts'

/** What looking at the target needs. */
export interface Looker {
  readonly target: Target
  readonly targetImage: TargetImage
  /** Requests at a time. */
  readonly width: number
  readonly onPage?: (kind: Kind, objects: number) => void
}

/**
 * Lists a kind at the target into its image; gives whether that is certainly everything.
 *
 * A listing that stopped half way is made once more, and so is one that shows fewer objects than before: what shows in either is there. Of a server
 * that says no totals, two listings of the same objects are everything.
 */
export async function listKind(looker: Looker, kind: Kind, signal: AbortSignal): Promise<boolean> {
  const { target, targetImage, onPage } = looker
  const before = targetImage.count(kind)
  let seen = 0
  const list = async () => {
    const ids = new Set<string>()
    const listing = await target.list(
      kind,
      (objects) => {
        targetImage.addPage(objects)
        for (const { id } of objects) ids.add(id)
        seen += objects.length
        onPage?.(kind, seen)
      },
      signal,
    )
    return { ...listing, ids }
  }
  targetImage.startListing()
  const first = await list()
  let { complete } = first
  if (!complete || first.objects < before) {
    const second = await list()
    const isSame = first.untold !== undefined && first.untold === second.untold && isSameSet(first.ids, second.ids)
    // Of a target that says there are some, nobody believes that all are gone.
    const isEmptied = first.untold === 'more than it shows' && first.objects === 0 && before > 0
    complete = second.complete || (isSame && !isEmptied)
  }
  if (complete && kind === 'user') await readUnlisted(looker, signal)
  targetImage.finishListing(kind, complete)
  return complete
}

/** Users that are read to see whether others are there, too. */
const SAMPLE = 5

/**
 * Takes linked users that a whole listing leaves out into it where they are there all the same.
 *
 * Why: there are servers that list nobody who is disabled. Whoever was deleted by others costs a read once.
 */
async function readUnlisted(looker: Looker, signal: AbortSignal): Promise<void> {
  const { targetImage } = looker
  const keys = targetImage.unlistedUsers()
  const read = async (some: readonly number[]): Promise<number> => {
    const found: TargetObject[] = []
    await getEach(looker, 'user', some, signal, (_, object) => {
      if (object) found.push(object)
    })
    targetImage.addPage(found)
    return found.length
  }
  if ((await read(keys.slice(0, SAMPLE))) > 0) await read(keys.slice(SAMPLE))
}

const isSameSet = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((id) => other.has(id))

/** How objects were looked at: with the whole kind, with as much of it as the target gave, or each by itself. */
export type Looked = 'listed' | 'incomplete' | 'each'

/** Looks at objects of a kind, by a listing where that costs fewer requests than one for each. */
export async function lookAt(
  looker: Looker,
  kind: Kind,
  keys: readonly number[],
  signal: AbortSignal,
): Promise<Looked> {
  const showsMembers = kind === 'user' || looker.target.profile.listShowsMembers !== false
  const { targetImage } = looker
  const unseen = keys.filter((key) => !targetImage.isThere(key)).length
  const list = async () => ((await listKind(looker, kind, signal)) ? 'listed' : 'incomplete')
  const showsMore = (): boolean => kind === 'group' && looker.target.profile.listsShowMore === true
  if (showsMembers && (showsMore() || keys.length > pagesOf(looker, kind, unseen))) return list()
  await readEach(looker, kind, keys, signal)
  return showsMore() && showsMembers ? list() : 'each'
}

/** Requests that a listing of a kind costs, as far as is known. `unseen` are there, but not in the image. */
export const pagesOf = ({ target, targetImage }: Looker, kind: Kind, unseen = 0): number =>
  Math.max(1, Math.ceil((targetImage.count(kind) + unseen) / target.profile.pageSize))

const BATCH = 200

/** Reads objects one by one, several at a time. */
export async function readEach(
  looker: Looker,
  kind: Kind,
  keys: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const { target, targetImage } = looker
  const found: TargetObject[] = []
  const put = (): void =>
    targetImage.put(found.splice(0), { onTop: kind === 'group' && target.profile.listsShowMore === true })
  await getEach(looker, kind, keys, signal, (id, object) => {
    if (object) found.push(object)
    else targetImage.putGone(kind, id)
    if (found.length >= BATCH) put()
  })
  put()
}

/** Gets objects of the image, several at a time, and hands each over with its id; without an object where it is gone. */
const getEach = (
  { target, targetImage, width }: Looker,
  kind: Kind,
  keys: readonly number[],
  signal: AbortSignal,
  take: (id: string, object: TargetObject | undefined) => void,
): Promise<void> =>
  runPool(
    keys,
    width,
    () => signal.aborted,
    async (key) => {
      const id = targetImage.idOf(key)
      if (id !== undefined) take(id, await target.get(kind, id, signal))
    },
  )
