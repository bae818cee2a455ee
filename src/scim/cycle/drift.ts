import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { candidateFinder } from '../match/candidates.ts'
import { foldMatch } from '../match/match.ts'
import { KINDS, type Kind, type SourceAttributes } from '../model.ts'
import { HIDDEN } from '../plan/plan-document.ts'
import type { Policy } from '../plan/policy.ts'
import type { Engine } from './engine.ts'
import { type PrepareOptions, prepareFull } from './prepare.ts'

const Value = z.union([z.string(), z.boolean()])
const KindName = z.enum(['user', 'group'])

/** What the target holds that the source does not explain. Keys are a public format: they are added to, never changed. */
export const DriftReport = z.object({
  version: z.literal(1),
  target: z.string(),
  source: z.string(),
  /** Whether both ends were read in full; otherwise there may be more. */
  complete: z.boolean(),
  /** Objects that match nobody at the source. */
  local: z.array(z.object({ kind: KindName, id: z.string(), name: z.string() })),
  /** Objects that match a source object that is out of scope. */
  unassigned: z.array(
    z.object({ kind: KindName, id: z.string(), name: z.string(), sourceId: z.string(), reason: z.string() }),
  ),
  /** Values that others changed at the target. */
  changed: z.array(
    z.object({
      kind: KindName,
      id: z.string(),
      name: z.string(),
      attributes: z.array(z.object({ path: z.string(), wanted: Value.optional(), shown: Value.optional() })),
    }),
  ),
  /** Members that others added or removed, by name. */
  members: z.array(
    z.object({ group: z.string(), id: z.string(), added: z.array(z.string()), removed: z.array(z.string()) }),
  ),
})
export type DriftReport = z.infer<typeof DriftReport>

/** Reads both ends in full and reports what the source does not explain; the state is to be a copy. Errors: as `prepareFull`. */
export async function findDrift(engine: Engine, options: PrepareOptions): Promise<DriftReport> {
  const { database, target, source, policy } = engine
  // A new wish of the source is no drift, so the target is compared with what the source wanted before.
  database.exec(`
    create temp table wanted_before as select key, attributes, active from desired where verdict = 'in';
    create index temp.wanted_before_key on wanted_before (key);
    create temp table member_before (group_key integer, member_key integer, primary key (group_key, member_key)) without rowid;
    insert into temp.member_before select group_key, member_key from source_member`)
  const { plan } = await prepareFull(engine, { ...options, repair: true })
  const unassigned = findUnassigned(database, policy)
  const explained = new Set(unassigned.map(({ kind, id }) => `${kind} ${id}`))
  return {
    version: 1,
    target: target.url,
    source: source.name,
    complete: plan.sourceComplete && plan.targetComplete.user && plan.targetComplete.group,
    local: unlinked(database).filter(({ kind, id }) => !explained.has(`${kind} ${id}`)),
    unassigned,
    changed: findChanged(engine),
    members: findMembers(database),
  }
}

export const hasDrift = ({ local, unassigned, changed, members }: DriftReport): boolean =>
  local.length + unassigned.length + changed.length + members.length > 0

const unlinked = (database: DatabaseSync): DriftReport['local'] =>
  database
    .prepare(
      `select kind, id, coalesce(name, external_id, id) as name from target_object
        where attributes is not null and key not in (select target_key from temp.tie) order by kind desc, name`,
    )
    .all()
    .map((row) => ({ kind: row['kind'] as Kind, id: String(row['id']), name: String(row['name']) }))

/** Looks for source objects that are out of scope and stand at the target all the same. */
function findUnassigned(database: DatabaseSync, policy: Policy): DriftReport['unassigned'] {
  const found: DriftReport['unassigned'] = []
  const target = database.prepare(
    'select id, coalesce(name, id) as name from target_object where key = ? and key not in (select target_key from temp.tie)',
  )
  for (const kind of KINDS) {
    const find = candidateFinder(database, kind)
    const rows =
      database.prepare(`select s.id, s.attributes, d.reason from desired d join source_object s on s.key = d.key
      where d.kind = ? and d.verdict = 'out' and s.gone = 0 and d.key not in (select source_key from temp.tie)`)
    for (const { id, attributes, reason } of rows.iterate(kind)) {
      const object = { id: String(id), attributes: JSON.parse(String(attributes)) as SourceAttributes }
      const { onCreate } = policy.map(kind, object, true)
      const hits = policy.matching[kind].flatMap((path) => {
        const value = onCreate[path]
        return typeof value === 'string' ? find(path, foldMatch(kind, path, value)) : []
      })
      const row = hits[0] === undefined ? undefined : target.get(hits[0])
      if (row)
        found.push({
          kind,
          id: String(row['id']),
          name: String(row['name']),
          sourceId: object.id,
          reason: String(reason),
        })
    }
  }
  return found
}

/** Objects linked before, whom the source wants as before, and who differ. */
function findChanged({ database, operations, targetImage, policy }: Engine): DriftReport['changed'] {
  const isAsBefore = database.prepare(`select 1 from desired d join temp.wanted_before b on b.key = d.key
    join link l on l.source_key = d.key where d.key = ? and d.attributes is b.attributes and d.active = b.active`)
  const found: DriftReport['changed'] = []
  for (const { action, kind, name, source, target, changes } of operations.all()) {
    if (source === undefined || target === undefined || !['update', 'enable', 'disable'].includes(action)) continue
    if (!isAsBefore.get(source)) continue
    const shown = <T>(path: string, value: T): T | typeof HIDDEN => (policy.hidden[kind].has(path) ? HIDDEN : value)
    found.push({
      ...{ kind, name, id: targetImage.idOf(target) ?? '' },
      attributes: changes.map(({ path, before, after }) => ({
        path,
        ...(after !== undefined && { wanted: shown(path, after) }),
        ...(before !== undefined && { shown: shown(path, before) }),
      })),
    })
  }
  return found
}

/** In groups linked before: members that were not wanted before, and members that were wanted before and are missing. */
function findMembers(database: DatabaseSync): DriftReport['members'] {
  const rows = database.prepare(`
    select g.label as name, o.id, json_group_array(c.label) filter (where c.how = 'added') as added,
      json_group_array(c.label) filter (where c.how = 'removed') as removed
    from (
      select 'added' as how, m.source_key as group_key, coalesce(d.label, x.name, x.id) as label
        from temp.drop_member m join target_object x on x.key = m.member_key
        left join temp.tie t on t.target_key = m.member_key left join desired d on d.key = t.source_key
        where not exists (select 1 from temp.member_before b where b.group_key = m.source_key and b.member_key = t.source_key)
      union all
      select 'removed', m.group_key, d.label from temp.add_member m join link l on l.source_key = m.member_key
        join desired d on d.key = m.member_key
        where exists (select 1 from temp.member_before b where b.group_key = m.group_key and b.member_key = m.member_key)
    ) c
    join link l on l.source_key = c.group_key join desired g on g.key = c.group_key join target_object o on o.key = l.target_key
    group by c.group_key order by name`)
  return rows.all().map((row) => ({
    group: String(row['name']),
    id: String(row['id']),
    added: JSON.parse(String(row['added'])) as string[],
    removed: JSON.parse(String(row['removed'])) as string[],
  }))
}
