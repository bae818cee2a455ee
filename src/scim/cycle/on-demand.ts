import { ConnectorError } from '../../sdk/ground/errors.ts'
import { carryOut } from '../act/carry-out.ts'
import { type Looker, lookAt, readEach } from '../act/look.ts'
import { matchByImage } from '../match/match.ts'
import { seek } from '../match/seek.ts'
import { startTies } from '../match/ties.ts'
import { KINDS, type Kind } from '../model.ts'
import { updateDesired } from '../plan/desired.ts'
import type { PlanInput } from '../plan/plan-input.ts'
import { planMembers } from '../plan/plan-members.ts'
import { planObjects } from '../plan/plan-objects.ts'
import type { SourceFind } from '../source.ts'
import { Cycles } from '../state/cycles.ts'
import { type LogRecord, LogRecords } from '../state/log-records.ts'
import { SourceReading } from '../state/source-reading.ts'
import { inTransaction } from '../state/transaction.ts'
import { ignores } from '../target/shape.ts'
import { countCycle } from './count-cycle.ts'
import type { Engine } from './engine.ts'
import { noteEscrow } from './note-escrow.ts'
import { lookerOf } from './prepare.ts'
import { recordOf } from './write-log.ts'

/** What is to be provisioned at once. */
export interface Demand {
  readonly kind: Kind
  readonly found: SourceFind
  /** Of a group: the users who are provisioned before, and whose memberships alone are changed; none for all memberships. */
  readonly users: readonly SourceFind[]
}

export interface OnDemandOptions {
  /** Whether it is carried out, or shown only. */
  readonly act: boolean
  readonly stop: AbortSignal
  readonly halt: AbortSignal
}

/** What became of a demand. */
export interface Demanded {
  /** The object first, then the users of a group. */
  readonly records: readonly Omit<LogRecord, 'id'>[]
  /** Whether something may be left undone, because an end was not read in full. */
  readonly held: boolean
}

/**
 * Brings one object in step, and of a group the memberships. Whatever waits for `allow-deletes` goes on waiting, unless it is this object.
 *
 * Errors: of the target, as those that end a cycle.
 */
export async function provisionOnDemand(engine: Engine, demand: Demand, options: OnDemandOptions): Promise<Demanded> {
  const { database, meta, policy, source, operations, clock, target } = engine
  const cycles = new Cycles(database)
  const cycle = cycles.begin('on-demand', undefined, clock.now())
  const unfinished = meta.get('unfinished')
  const requestsBefore = target.traffic().requests
  try {
    const keys = takeOver(engine, demand)
    updateDesired(database, policy, source.name, false)
    const looker = lookerOf(engine)
    const plan = await lookAndPlan(engine, { looker, keys, demand, cycle, halt: options.halt })
    if (options.act) {
      const read = { complete: plan.sourceComplete, gaps: [], notes: [], change: NOTHING }
      await carryOut(engine, { read, plan, staged: undefined, looker }, { cycle, ...options })
      // The cycle that was broken off before this one still has to be made good.
      if (unfinished !== undefined) meta.set('unfinished', unfinished)
    }
    const demanded = inTransaction(database, () => {
      if (options.act) noteEscrow(engine, clock.now(), keys)
      return {
        records: recordsOf(engine, cycle, keys, options.act),
        held: !plan.sourceComplete || operations.ids(['held']).length > 0,
      }
    })
    const hasFailed = demanded.records.some(({ status }) => status === 'failure')
    cycles.end(cycle, hasFailed ? 'entry-errors' : 'succeeded', clock.now(), countCycle(engine, 'done', requestsBefore))
    return demanded
  } catch (caught) {
    const error = ConnectorError.from(caught, 'provision')
    cycles.end(cycle, error.code === 'canceled' ? 'canceled' : 'failed', clock.now(), undefined, error.detail)
    throw error
  } finally {
    meta.set('profile', JSON.stringify(target.profile))
    meta.set('progress', undefined)
  }
}

const NOTHING = { objects: 0, members: 0, assignments: 0 }

/** Takes what was found over into the image of the source; gives the numbers of the object and of the users, in this order. */
function takeOver({ database, source, sourceImage }: Engine, { kind, found, users }: Demand): readonly number[] {
  const reading = new SourceReading(database)
  if (kind === 'group') {
    reading.groups([found.object])
    if (isWhole(found))
      reading.notMembers(sourceImage.membersOf(found.object.id).map((one) => ({ group: found.object.id, ...one })))
    reading.members(found.members)
  } else reading.users([found.object])
  reading.users(users.map(({ object }) => object))
  if (source.hasAssignments)
    for (const one of kind === 'user' ? [found] : users) {
      const member = { member: one.object.id, kind: 'user' as const }
      reading.notMembers(sourceImage.groupsOf(one.object.id).map((group) => ({ group, ...member })))
      reading.members((one.memberOf ?? []).map((group) => ({ group, ...member })))
    }
  reading.assignments(
    [found, ...users].flatMap(({ assignment, groupAssignments = [] }) => [assignment ?? [], groupAssignments].flat()),
  )
  sourceImage.putSome(reading)
  const keys = [
    sourceImage.keyOf(kind, found.object.id),
    ...users.map(({ object }) => sourceImage.keyOf('user', object.id)),
  ]
  return keys.filter((key) => key !== undefined)
}

const isWhole = ({ gaps = [] }: SourceFind): boolean => gaps.length === 0

interface Look {
  readonly looker: Looker
  readonly keys: readonly number[]
  readonly demand: Demand
  readonly cycle: number
  readonly halt: AbortSignal
}

async function lookAndPlan(
  engine: Engine,
  { looker, keys, demand, cycle, halt }: Look,
): Promise<Omit<PlanInput, 'only' | 'add'>> {
  const { database, policy, target, operations } = engine
  const only = new Set(keys)
  startTies(database)
  const listed = { user: false, group: false }
  const absent = new Set<number>()
  for (const kind of KINDS) {
    await lookAt(looker, kind, tiedTo(engine, kind, keys), halt)
    const sought = await seek(database, looker, policy, kind, seekersOf(engine, kind, keys), halt)
    listed[kind] = sought.listed
    for (const key of sought.absent) absent.add(key)
  }
  startTies(database)
  for (const kind of KINDS) matchByImage(database, policy, kind, only)
  // A group that was just found may not have shown its members.
  await readEach(looker, 'group', tiedTo(engine, 'group', keys), halt)
  const { kind: wanted, found, users } = demand
  const plan = {
    ...{
      database,
      policy,
      listed,
      provenAbsent: absent,
      ignores: (kind: Kind, path: string) => ignores(target.profile, kind, path),
    },
    sourceComplete: [found, ...users].every(isWhole),
    targetComplete: { user: true, group: true },
    ...(wanted === 'group' && users.length > 0 && { onlyMembers: new Set(ofKind(engine, 'user', keys)) }),
  }
  inTransaction(database, () => {
    operations.keepStaged(only)
    const add: PlanInput['add'] = (operation) => operations.add(cycle, operation)
    for (const kind of KINDS) if (policy.mode !== 'memberships') planObjects({ ...plan, only, add }, kind)
    planMembers({ ...plan, only, add })
  })
  return plan
}

const ofKind = ({ database }: Engine, kind: Kind, keys: readonly number[]): readonly number[] => {
  const isOf = database.prepare('select 1 from desired where key = ? and kind = ?')
  return keys.filter((key) => isOf.get(key, kind))
}

/** Objects at the target that these are tied to. */
function tiedTo(engine: Engine, kind: Kind, keys: readonly number[]): readonly number[] {
  const target = engine.database.prepare('select target_key as key from temp.tie where source_key = ?')
  return ofKind(engine, kind, keys).flatMap((source) => {
    const key = target.get(source)?.['key']
    return typeof key === 'number' ? [key] : []
  })
}

/** Those in scope that are tied to nothing. */
function seekersOf(engine: Engine, kind: Kind, keys: readonly number[]): readonly number[] {
  const seeks = engine.database.prepare(
    "select 1 from desired where key = ? and verdict = 'in' and key not in (select source_key from temp.tie)",
  )
  return ofKind(engine, kind, keys).filter((key) => seeks.get(key))
}

/** A record for each object, also where nothing is to be done. */
function recordsOf(engine: Engine, cycle: number, keys: readonly number[], keep: boolean): Demanded['records'] {
  const { database, clock, operations } = engine
  const log = new LogRecords(database)
  const subject = database.prepare(
    'select d.kind, d.label, t.target_key from desired d left join temp.tie t on t.source_key = d.key where d.key = ?',
  )
  const all = [...operations.byObject()].filter(({ state }) => state !== 'staged')
  return keys.flatMap((key) => {
    const row = subject.get(key)
    if (!row) return []
    const record = recordOf(
      engine,
      { cycle, initiatedBy: 'on-demand', at: clock.now() },
      {
        kind: row['kind'] as Kind,
        name: String(row['label']),
        source: key,
        target: row['target_key'] === null ? undefined : Number(row['target_key']),
      },
      all.filter(({ source }) => source === key),
    )
    if (keep) log.add(record)
    return record
  })
}
