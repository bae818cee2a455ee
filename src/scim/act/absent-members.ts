import type { Acting } from './acting.ts'

const ABSENT = `select source_key from operation where kind = 'user' and action = 'create' and state <> 'done'
  and source_key not in (select source_key from temp.tie)`

/**
 * Removes users who could not be created from the additions, so that they do not count as added. An addition that becomes empty is dropped;
 * the failed creates report the failure.
 */
export function leaveOutAbsent({ database, operations }: Acting): void {
  if (!database.prepare(`${ABSENT} limit 1`).get()) return
  const rows = database
    .prepare(
      `select o.id, count(*) as absent, json_group_array(d.label) as labels from temp.add_member m
        join operation o on o.source_key = m.group_key and o.action = 'add-members' and o.state = 'planned'
        join desired d on d.key = m.member_key where m.member_key in (${ABSENT}) group by o.id`,
    )
    .all()
  for (const { id, absent, labels } of rows) {
    const operation = operations.get(Number(id))
    if (!operation) continue
    const names = new Set(JSON.parse(String(labels)) as string[])
    const changes = operation.changes.filter(({ after }) => !names.has(String(after)))
    operations.lessen(operation.id, operation.members - Number(absent), changes)
  }
}
