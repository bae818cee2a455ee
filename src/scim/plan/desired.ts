import type { DatabaseSync } from 'node:sqlite'
import { makeRoomForRows } from '../../sdk/ground/room-for-rows.ts'
import type { Kind, SourceAttributes, TargetValues } from '../model.ts'
import type { SourceObject } from '../source.ts'
import { matchValues, nameAttribute } from '../state/match-values.ts'
import { RowBatch } from '../state/row-batch.ts'
import { GONE } from '../state/source-reading.ts'
import { inTransaction } from '../state/transaction.ts'
import { ASSIGNED, markReassigned, tellAssigned, tellMemberships } from './assigned.ts'
import type { Mapped, Policy } from './policy.ts'

/** Why an object is not provisioned. Codes as in provisioning logs of others. */
export type SkipCode =
  'Deleted' | 'Left' | 'NotAssigned' | 'NotEffectivelyEntitled' | 'OutOfScope' | 'ImportSkipped' | 'MappingFailed'

/** What is to become of one source object. */
export interface Verdict {
  /** `skip`: nothing is done with it, whatever stands at the target. */
  readonly verdict: 'in' | 'out' | 'skip'
  readonly active: boolean
  readonly code?: SkipCode | undefined
  readonly reason?: string | undefined
  readonly values?: TargetValues | undefined
  readonly onCreate?: TargetValues | undefined
  readonly candidates?: Mapped['candidates'] | undefined
}

/** The facts a verdict is made of besides the object itself. */
export interface Standing {
  readonly gone: number
  /** `undefined` where assignments do not matter. */
  readonly assigned: 'yes' | 'default-access' | 'no' | undefined
}

/**
 * Brings the table `desired` up to date: for every object, or for those that changed.
 *
 * Gives how many were judged.
 */
export function updateDesired(database: DatabaseSync, policy: Policy, sourceName: string, all: boolean): number {
  return inTransaction(database, () => {
    if (all)
      database.exec(
        'update main.source_object set changed = 1 where changed = 0 and (attributes is not null or gone > 0)',
      )
    tellMemberships(database, policy)
    tellAssigned(database, policy)
    if (!all) markReassigned(database)
    const rows = database.prepare(`
      select o.key, o.kind, o.id, o.attributes, o.enabled, o.gone, a.how from source_object o
      left join temp.assigned a on a.key = o.key where o.changed = 1`)
    rows.setReturnArrays(true)
    const put = new RowBatch(database, INSERT, 14, ON_CONFLICT)
    let judged = 0
    for (const row of rows.iterate()) {
      const [key, kind, id, attributes, enabled, gone, how] = row as unknown as Row
      const object: SourceObject = {
        id,
        attributes: attributes === null ? {} : (JSON.parse(attributes) as SourceAttributes),
        ...(enabled !== null && { enabled: enabled === 1 }),
      }
      const assigned = policy.scope === 'all' ? undefined : (how ?? 'no')
      const verdict = judge(policy, kind, object, { gone, assigned }, sourceName)
      const found = verdict.values
        ? matchValues(kind, verdict.onCreate ?? verdict.values)
        : { externalId: null, name: null }
      const label = labelOf(kind, object, verdict)
      put.add(
        ...[key, kind, verdict.verdict, verdict.active ? 1 : 0, assigned === undefined ? null : ASSIGNED[assigned]],
        ...[verdict.code ?? null, verdict.reason ?? null, ...valueTexts(verdict)],
        ...[found.externalId, found.name, label, null, choices(verdict)],
      )
      makeRoomForRows(++judged)
    }
    put.flush()
    database.exec('update main.source_object set changed = 0 where changed = 1')
    return judged
  })
}

type Row = readonly [number, Kind, string, string | null, number | null, number, Standing['assigned'] | null]

const INSERT = 'insert into main.desired'
const ON_CONFLICT = `on conflict do update set verdict = excluded.verdict, active = excluded.active, assigned = excluded.assigned, code = excluded.code,
    reason = excluded.reason, attributes = excluded.attributes, on_create = excluded.on_create,
    external_id = excluded.external_id, name = excluded.name, label = excluded.label, candidates = excluded.candidates`

/** What is to become of one object; pure. `sourceName` is for the sentence about who left. */
export function judge(
  policy: Policy,
  kind: Kind,
  object: SourceObject,
  { gone, assigned }: Standing,
  sourceName: string,
): Verdict {
  if (gone === GONE.forGood) return out('Deleted', 'deleted at the source')
  if (gone === GONE.restorable) return out('Left', `no longer in ${sourceName}`)
  if (assigned === 'no') return out('NotAssigned', 'not assigned at the source')
  if (assigned === 'default-access' && !policy.defaultAccess)
    return out('NotEffectivelyEntitled', 'assigned with the role Default Access only')
  const scope = policy.inScope(kind, object)
  if (!scope.inScope) return out('OutOfScope', scope.reason)
  const softDeleted = object.enabled === false
  const { values, onCreate, candidates, problems } = policy.map(kind, object, softDeleted)
  const [problem] = problems
  if (problem !== undefined)
    return { verdict: 'skip', active: true, code: 'MappingFailed', reason: problems.join('; ') }
  if (policy.matching[kind].every((path) => values[path] === undefined && onCreate[path] === undefined))
    return {
      verdict: 'skip',
      active: true,
      code: 'ImportSkipped',
      reason: `has no value for ${policy.matching[kind].join(' or ')}, by which it would be matched`,
    }
  if (kind === 'group') return { verdict: 'in', active: true, values, onCreate, candidates }
  const active = values['active'] === undefined ? !softDeleted : values['active'] === true
  return {
    verdict: 'in',
    active,
    values: { ...values, active },
    onCreate: { ...onCreate, active },
    candidates,
    ...(active ? {} : { reason: 'disabled at the source' }),
  }
}

const out = (code: SkipCode, reason: string): Verdict => ({ verdict: 'out', active: false, code, reason })

/** The values of a create are stored only if they differ from the others. */
function valueTexts({ values, onCreate }: Verdict): readonly [string | null, string | null] {
  const text = values === undefined ? null : JSON.stringify(values)
  const more = onCreate === undefined ? null : JSON.stringify(onCreate)
  return [text, more === text ? null : more]
}

const choices = ({ candidates = {} }: Verdict): string | null =>
  Object.keys(candidates).length === 0 ? null : JSON.stringify(candidates)

/** What people call it, also after it has left. */
function labelOf(kind: Kind, { id, attributes }: SourceObject, { onCreate }: Verdict): string {
  const name = onCreate?.[nameAttribute(kind)]
  if (typeof name === 'string' && name !== '') return name
  for (const attribute of [nameAttribute(kind), 'displayName', 'userPrincipalName', 'mail', 'email', 'cn']) {
    const text = attributes[attribute]
    if (typeof text === 'string' && text !== '') return text
  }
  return id
}
