import type { DatabaseSync } from 'node:sqlite'
import type { Kind } from '../model.ts'
import { nameAttribute } from '../state/match-values.ts'

/** Why an object is left alone until a person has looked. Codes as in provisioning logs of others. */
export interface Conflict {
  readonly code: 'DuplicateSourceEntries' | 'DuplicateTargetEntries'
  readonly detail: string
}

export const duplicateTarget = (path: string, value: string, count: number): Conflict => ({
  code: 'DuplicateTargetEntries',
  detail: `the target has ${count} objects whose ${path} is "${value}"; remove or rename all but one there`,
})

export const duplicateSource = (kind: Kind, path: string, labels: readonly string[]): Conflict => ({
  code: 'DuplicateSourceEntries',
  detail: `${labels.length} ${kind}s of the source (${labels.slice(0, 5).join(', ')}) have the same ${path}; keep one of them at the source`,
})

/** The first conflict of an object stays. */
export function markConflict(database: DatabaseSync, key: number, { code, detail }: Conflict): void {
  database.prepare('insert into temp.conflict values (?, ?, ?) on conflict do nothing').run(key, code, detail)
}

/** Marks source objects that would have the same externalId, or users the same name: only one of them can exist at the target. */
export function markDoubles(database: DatabaseSync, kind: Kind): void {
  const columns = kind === 'user' ? (['external_id', 'name'] as const) : (['external_id'] as const)
  for (const column of columns) {
    // A disabled user who is not at the target will not be created there.
    const rows = database
      .prepare(
        `select ${column} as value, json_group_array(key) as keys, json_group_array(label) as labels from main.desired d
        where kind = ? and verdict = 'in' and ${column} is not null and (active = 1 or key in (select source_key from temp.tie))
        group by ${column} having count(*) > 1`,
      )
      .all(kind)
    const path = column === 'name' ? nameAttribute(kind) : 'externalId'
    for (const { keys, labels } of rows)
      for (const key of JSON.parse(String(keys)) as number[])
        markConflict(database, key, duplicateSource(kind, path, JSON.parse(String(labels)) as string[]))
  }
}
