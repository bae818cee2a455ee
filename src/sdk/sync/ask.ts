import { ConnectorError, isErrorAnswer } from '../ground/errors.ts'
import type { ResourceId } from '../model/model.ts'
import {
  hasGet,
  hasHolders,
  hasIds,
  hasManyHolders,
  type ListPage,
  type PageCall,
  type ResourceSyncer,
  type SizedCall,
} from '../contract/syncer.ts'
import { fetched, heldAtOnce, heldBy, listed, type Step } from './advance.ts'
import { typeOf, type Action, type Checkpoint } from './checkpoint.ts'
import { countedAgain, looked, rechecked } from './recheck.ts'
import type { SyncRequest } from './request.ts'
import type { Roads } from './roads.ts'
import { ofTarget } from './scoped.ts'
import type { SyncWriter } from './store.ts'

/** What a page changes, once its turn has come. */
export type StepOf = (checkpoint: Checkpoint) => Step

/** What asking for a page needs of a run. */
export interface AskContext {
  readonly request: Pick<SyncRequest, 'scope' | 'targets'>
  readonly roads: Roads
  readonly writer: SyncWriter
  /** Places of the pages of the listing that the action is about. */
  readonly places: readonly string[]
  /** Told of a resource that was asked for and is not there. */
  readonly onMissing: (resource: ResourceId) => void
  /** Told of a resource that was asked for under an id that the source cannot read, with what the source says. */
  readonly onUnreadable: (resource: ResourceId, error: ConnectorError) => void
}

/** Asks a syncer once for what an action wants. Errors: the syncer's; `unimplemented` where it cannot do that. */
export async function askSource(
  action: Action,
  syncer: ResourceSyncer,
  call: Omit<SizedCall, 'scope'>,
  context: AskContext,
): Promise<StepOf> {
  const { request, roads, writer } = context
  const { scope, targets } = request
  const sized: SizedCall = { ...call, scope }
  const paged = (token: string): PageCall => ({ ...sized, token })
  switch (action.kind) {
    case 'list': {
      const page = await syncer.list(paged(action.token))
      return (checkpoint) => listed(checkpoint, action, page, scope, roads.ids.has(action.type))
    }
    case 'holders': {
      if (!hasHolders(syncer)) throw cannot(action)
      const page = await existing(syncer.holders(action.resource.id, paged(action.token)), action.resource, context)
      const kept = page && targets ? ofTarget(page, action.resource) : page
      return (checkpoint) => heldBy(checkpoint, action, kept, scope, writer)
    }
    case 'get': {
      if (!hasGet(syncer)) throw cannot(action)
      const page = await existing(syncer.get(action.resource.id, paged('')), action.resource, context)
      if (!page) context.onMissing(action.resource)
      const kept = page && keptOf(page, action.resource, syncer, targets)
      return (checkpoint) => fetched(checkpoint, action, kept, scope, writer)
    }
    default:
      return askMany(action, syncer, sized, context)
  }
}

async function askMany(
  action: Extract<Action, { kind: 'ids' | 'look' | 'count' | 'all-holders' }>,
  syncer: ResourceSyncer,
  call: SizedCall,
  { request, roads, writer, places }: AskContext,
): Promise<StepOf> {
  const { scope, targets } = request
  switch (action.kind) {
    case 'ids': {
      if (!hasIds(syncer)) throw cannot(action)
      const list = await syncer.ids({ ...call, places, counted: action.counted })
      return (checkpoint) => rechecked(checkpoint, action, list, scope, writer)
    }
    case 'look': {
      if (!hasIds(syncer)) throw cannot(action)
      const pages = await syncer.getMany(action.ids, call)
      const kept = pages.map(
        (page, i) => page && keptOf(page, { type: action.type, id: action.ids[i] ?? '' }, syncer, targets),
      )
      return (checkpoint) => looked(checkpoint, action, kept, scope, writer)
    }
    case 'count': {
      if (!hasManyHolders(syncer)) throw cannot(action)
      const ids = action.gaps.map(({ id }) => id)
      const pages = await syncer.holdersOfMany(ids, call)
      return (checkpoint) => countedAgain(checkpoint, action, pages, scope, roads, writer)
    }
    case 'all-holders': {
      if (!hasManyHolders(syncer)) throw cannot(action)
      const page = await syncer.holdersAtOnce(action.resource.id, action.places, call)
      return (checkpoint) => heldAtOnce(checkpoint, action, page, scope)
    }
  }
}

const cannot = (action: Action): ConnectorError =>
  new ConnectorError('unimplemented', `${action.kind} ${typeOf(action)}`, `${typeOf(action)} cannot be read this way`)

/** The part of a resource read by id that the run is about. What a type without entitlements holds belongs to other resources. */
function keptOf(
  page: ListPage,
  resource: ResourceId,
  syncer: ResourceSyncer,
  targets: SyncRequest['targets'],
): ListPage {
  const kept = targets ? ofTarget(page, resource) : page
  return { ...kept, more: targets && syncer.type.skipEntitlementsAndGrants ? [] : (page.more ?? []) }
}

/** A target may be any text a person typed. One that the source cannot read ends the run, once it is known which others are like it. */
async function existing<T>(
  page: Promise<T | undefined>,
  resource: ResourceId,
  { request, onUnreadable }: AskContext,
): Promise<T | undefined> {
  try {
    return await page
  } catch (error) {
    const isOfId = ConnectorError.is(error) && isErrorAnswer(error.reason) && error.code === 'not-found'
    if (!request.targets || !isOfId) throw error
    onUnreadable(resource, error)
    return undefined
  }
}
