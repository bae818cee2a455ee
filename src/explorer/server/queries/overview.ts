import { notesOnSync } from '../../../readers/file/shown-sync.ts'
import { kindOf, typeWord } from '../../../readers/model/thing.ts'
import { syncRows } from '../../../readers/rows/sync-rows.ts'
import { cellText } from '../../../readers/output/row.ts'
import type { Overview, SyncCount } from '../answers.ts'
import { infoOf } from '../library.ts'
import type { OpenSync } from '../open-sync.ts'

const KINDS = ['user', 'group', 'role', 'other']

/** What a sync holds, by its own statistics: nothing is read row by row. */
export function overviewOf(open: OpenSync): Overview {
  const { view, file, info } = open
  const { snapshot, sync, types } = view
  const { resources, grants } = open.kept('counts', () => snapshot.counts(sync.syncId))
  return {
    sync: info,
    file: infoOf(file),
    notes: notesOnSync(snapshot, sync),
    counts: Object.entries(resources)
      .map(([type, count]) => {
        const stored = types.get(type)
        const traits = stored?.traits ?? []
        return {
          ...{ type, count, kind: kindOf(traits) },
          name: stored?.displayName.trim() === '' || !stored ? typeWord(type) : stored.displayName,
          isSecret: traits.includes('secret'),
        }
      })
      .sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || (a.name < b.name ? -1 : 1)),
    grants: Object.values(grants).reduce((a, b) => a + b, 0),
    syncs: open.kept('syncs', () => syncCounts(open)),
  }
}

function syncCounts({ view: { snapshot } }: OpenSync): readonly SyncCount[] {
  return [...syncRows(snapshot)].map((row) => {
    const id = cellText(row['id'])
    const { endedAt } = row
    const state = row['state']
    return {
      ...{ id, type: cellText(row['type']), startedAt: cellText(row['startedAt']) },
      state: state === 'shown' || state === 'hidden' ? state : 'unfinished',
      endedAt: typeof endedAt === 'string' ? endedAt : null,
      resources: { ...snapshot.counts(id).resources },
      grants: Number(row['grants']),
    }
  })
}
