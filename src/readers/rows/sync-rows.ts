import type { SyncList } from '../../sdk/snapshot/read/sync-list.ts'
import { parseTimeText } from '../../sdk/snapshot/tables/time-text.ts'
import type { StoredSync } from '../../sdk/snapshot/tables/base-file.ts'
import type { Shape } from '../output/columns.ts'
import type { Row } from '../output/row.ts'

export const SYNCS: Shape = {
  fields: ['startedAt', 'endedAt', 'type', 'state', 'resources', 'entitlements', 'grants', 'id'],
  narrow: ['startedAt', 'endedAt', 'type', 'state', 'resources', 'entitlements', 'grants', 'id'],
}

/** All syncs of a file in the order of their rows. `state`: `shown`, `hidden` behind the shown one, or `unfinished`. */
export function* syncRows(snapshot: SyncList): Generator<Row> {
  for (const sync of snapshot.syncs) {
    const { resources, entitlements, grants } = snapshot.counts(sync.syncId)
    yield {
      startedAt: timeOf(sync.startedAt),
      endedAt: sync.endedAt === undefined ? null : timeOf(sync.endedAt),
      type: sync.kind,
      state: stateOf(sync, snapshot),
      resources: sum(resources),
      entitlements: sum(entitlements),
      grants: sum(grants),
      id: sync.syncId,
    }
  }
}

const timeOf = (text: string): string => parseTimeText(text)?.toISOString() ?? text

const stateOf = (sync: StoredSync, { shown }: SyncList): string =>
  sync.endedAt === undefined ? 'unfinished' : sync.syncId === shown?.syncId ? 'shown' : 'hidden'

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0)
