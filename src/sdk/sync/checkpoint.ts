import type { ResourceId } from '../model/model.ts'
import type { Scope } from '../contract/syncer.ts'

/** One page still to be read. */
export type Action =
  | { readonly kind: 'list'; readonly type: string; readonly token: string }
  | { readonly kind: 'get'; readonly resource: ResourceId }
  | {
      readonly kind: 'holders'
      readonly resource: ResourceId
      readonly token: string
      /** Of the pages before, where the holders can also be listed at once; see `HoldersPage`. */
      readonly places?: readonly string[]
      /** Rows moved between the pages before. */
      readonly moved?: true
    }
  /** All holders of a resource at one moment. */
  | { readonly kind: 'all-holders'; readonly resource: ResourceId; readonly places: readonly string[] }
  /** The ids of a whole listing, and counts of the holders of these resources. */
  | { readonly kind: 'ids'; readonly type: string; readonly counted: readonly string[] }
  /** Resources by id; `unlisted` are those that were read but are not among the ids of the listing. */
  | {
      readonly kind: 'look'
      readonly type: string
      readonly ids: readonly string[]
      readonly unlisted?: readonly string[]
    }
  /** The first holders of resources whose grants did not add up, and how many grants were found. */
  | {
      readonly kind: 'count'
      readonly type: string
      readonly gaps: readonly { readonly id: string; readonly found: number }[]
    }

/** The type that an action reads. */
export const typeOf = (action: Action): string => ('resource' in action ? action.resource.type : action.type)

/** What is known of one type's listing by now. */
export interface Listing {
  /** 1 for the first reading, more where the listing had to start over. */
  readonly pass: number
  /** Rows received, repeated ones included. */
  readonly received: number
  readonly pages: number
  /** Further pages of nested lists that the received rows asked for; absent in a checkpoint of an earlier version. */
  readonly nested?: number
  /** The source's count with the latest page. */
  readonly total?: number
  /** The count went down between two pages: rows may have moved past the cursor unseen. */
  readonly shrunk: boolean
  /** The syncer saw rows move past the cursor. */
  readonly moved?: true
  /** `place` of every page with rows; absent where one had none, and in a checkpoint of an earlier version. */
  readonly places?: readonly string[]
  /** How often its ids were asked for. */
  readonly rechecks?: number
  /** It was compared with ids that proved complete. Rows that are missing or too many are planned for repair, or repaired. */
  readonly proved?: true
  /** Rows of an earlier reading are still stored: the first page of this one replaces them. */
  readonly stale: boolean
}

/** Repairs made, by kind, for the summary. */
export interface Repairs {
  readonly relisted: number
  readonly rereadResources: number
  readonly fetchedResources: number
  readonly removedResources: number
}

/** Everything a run needs to go on where another stopped. */
export interface Checkpoint {
  /** What the run was asked for; another request cannot go on from here. */
  readonly request: string
  readonly phase: 'collect' | 'reconcile'
  readonly actions: readonly Action[]
  readonly listings: Readonly<Record<string, Listing>>
  readonly rounds: number
  /** Resources whose holders moved while they were read from the resource's own side; absent where there are none. */
  readonly moved?: readonly ResourceId[]
  /** Resources with many holders whose count was asked for once more, each as often as it was; absent where there are none. */
  readonly counted?: readonly ResourceId[]
  readonly repairs: Repairs
}

export const noRepairs: Repairs = Object.freeze({
  relisted: 0,
  rereadResources: 0,
  fetchedResources: 0,
  removedResources: 0,
})

/** Names what a run collects, so that a run with other flags does not continue it. */
export const requestOf = (source: string, scope: Scope): string =>
  [
    source,
    [...scope.types].sort().join(','),
    scope.entitlements ? 'entitlements' : '',
    scope.grants ? 'grants' : '',
  ].join(';')

/**
 * Writes a checkpoint as the text of `v1_sync_runs.sync_token`.
 *
 * Why: beside our own part stands a plan of the Go SDK's oldest form with the single action `init`. A Go syncer of any version that opens
 * the unfinished file therefore starts over, and never takes our part of the work for the whole (c1z-format.md §6.2).
 */
export const encodeCheckpoint = (checkpoint: Checkpoint): string =>
  JSON.stringify({ actions: [{ operation: 'init' }], checkpoint })

/** Reads a checkpoint of the same request; `undefined` for a new sync, another request, and any text this version did not write. */
export function decodeCheckpoint(text: string, request: string): Checkpoint | undefined {
  try {
    const { checkpoint } = JSON.parse(text) as { readonly checkpoint?: Checkpoint }
    return checkpoint?.request === request && Array.isArray(checkpoint.actions) ? checkpoint : undefined
  } catch {
    // Not JSON: the token of another program.
    return undefined
  }
}
