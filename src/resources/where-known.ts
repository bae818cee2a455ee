import type { ListPage, ResourceSyncer, TargetedGetter } from '../sdk/contract/syncer.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Logger } from '../sdk/ground/ports.ts'
import { quotesName, refusedPlaces } from '../twingate/graphql-errors.ts'

/**
 * A syncer for a network whose API does not have the type at all: its listing is empty there, with a warning, instead of the end of the sync.
 * `root` is the field of the query root that lists the type.
 *
 * Why: an API that knows no such thing has none. Anything else that goes wrong, a refused key included, stays an error.
 */
export function whereKnown<S extends ResourceSyncer & TargetedGetter>(root: string, syncer: S): S {
  const orNothing = async <T>(read: Promise<T>, nothing: T, log: Logger): Promise<T> => {
    try {
      return await read
    } catch (error) {
      if (!isUnknown(ConnectorError.from(error, syncer.type.id), root)) throw error
      log.warn('the Admin API does not know this type; nothing of it is in the snapshot', { type: syncer.type.id })
      return nothing
    }
  }
  return Object.freeze({
    ...syncer,
    list: (call: Parameters<S['list']>[0]) => orNothing(syncer.list(call), NOTHING, call.log),
    get: (id: string, call: Parameters<S['get']>[1]) => orNothing(syncer.get(id, call), undefined, call.log),
  })
}

const NOTHING: ListPage = Object.freeze({ resources: [], entitlements: [], grants: [], total: 0 })

/**
 * Whether the API refused a document because it has no such field of its query root.
 *
 * Judged by the place in the document that the refusal names, if it names one. A place in the answer does not count: a server that fails at a list
 * may leave out the path, and the list is still not empty.
 */
export function isUnknown(error: ConnectorError, root: string): boolean {
  if (error.code !== 'internal') return false
  const places = refusedPlaces(error)
  if (!places) return quotesName(error, root)
  return places.some(({ text }) => new RegExp(`^(\\w+: *)?${root}\\(`).test(text))
}
