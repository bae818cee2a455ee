import { listKind, lookAt, type Looker, readEach } from '../act/look.ts'
import { matchByImage } from '../match/match.ts'
import { seek } from '../match/seek.ts'
import { startTies } from '../match/ties.ts'
import { KINDS, type Kind } from '../model.ts'
import { updateDesired } from '../plan/desired.ts'
import type { Staged } from '../plan/guard.ts'
import { makePlan } from '../plan/make-plan.ts'
import type { PlanInput } from '../plan/plan-input.ts'
import { Escrow } from '../state/escrow.ts'
import { inTransaction } from '../state/transaction.ts'
import { ignores } from '../target/shape.ts'
import type { Engine } from './engine.ts'
import { confirmLeavers, readSource, type SourceResult } from './read-source.ts'
import { takeTurns } from './take-turns.ts'

/** A plan, ready to be shown or carried out. Its operations are in the state. */
export interface Prepared {
  readonly read: SourceResult
  readonly plan: Omit<PlanInput, 'only' | 'add'>
  /** What waits for `allow-deletes`. */
  readonly staged: Staged | undefined
  readonly looker: Looker
}

export interface PrepareOptions {
  /** Number of the cycle, for the operations. */
  readonly cycle: number
  /** Whether objects in escrow wait for their time; a person who asks does not want to. */
  readonly keepEscrow: boolean
  /** See `PlanInput`. @default false */
  readonly repair?: boolean | undefined
  readonly signal: AbortSignal
}

/** How many requests may be under way: enough to use up a rate limit although answers take their time. */
const WIDTH = { least: 8, most: 32 }

export function lookerOf({ target, targetImage, onProgress }: Engine): Looker {
  const rate = target.profile.requestsPerSecond ?? WIDTH.least
  return {
    target,
    targetImage,
    width: Math.round(Math.min(WIDTH.most, Math.max(WIDTH.least, rate))),
    onPage: (kind, done) => onProgress({ phase: `reading ${kind}s of the target`, done }),
  }
}

/** Plans from a full read of both ends. Errors: of the source and the target. */
export async function prepareFull(engine: Engine, options: PrepareOptions): Promise<Prepared> {
  const { database, policy, source } = engine
  const { signal } = options
  const read = await readSource(engine, 'everything', signal)
  await takeTurns(signal)
  updateDesired(database, policy, source.name, true)
  await takeTurns(signal)
  const looker = lookerOf(engine)
  const listed = { user: await listKind(looker, 'user', signal), group: await listGroups(engine, looker, signal) }
  const plan = {
    ...planBase(engine),
    repair: options.repair,
    sourceComplete: read.complete,
    targetComplete: listed,
    listed,
  }
  const draw = async (): Promise<Staged | undefined> => {
    tie(engine)
    await readUnknownMembers(engine, looker, signal)
    await takeTurns(signal)
    const held = write(engine, plan, options)
    await takeTurns(signal)
    return held
  }
  let staged = await draw()
  if (staged) {
    // Before many leave, both ends are asked once more: whoever shows in either read is there.
    if (!(await confirmLeavers(engine, signal))) plan.sourceComplete = false
    updateDesired(database, policy, source.name, false)
    plan.targetComplete = {
      user: await listKind(looker, 'user', signal),
      group: await listGroups(engine, looker, signal),
    }
    staged = await draw()
  }
  return { read, plan, staged, looker }
}

/**
 * Plans from what changed at the source; the target is looked at only where something is to be done. Its image has to be complete.
 *
 * Errors: as `prepareFull`; `failed-precondition` with reason `watermark-expired` where everything has to be read again.
 */
export async function prepareChanges(
  engine: Engine,
  watermark: string | undefined,
  options: PrepareOptions,
): Promise<Prepared> {
  const { database, policy, source } = engine
  const { signal } = options
  const read = await readSource(engine, watermark === undefined ? 'everything' : { since: watermark }, signal)
  await takeTurns(signal)
  updateDesired(database, policy, source.name, false)
  const looker = lookerOf(engine)
  const nowhere = { user: false, group: false }
  let plan: Prepared['plan'] = {
    ...planBase(engine),
    sourceComplete: read.complete,
    targetComplete: { user: true, group: true },
    listed: nowhere,
  }
  startTies(database)
  let staged = write(engine, plan, options)
  const touched = touchedBy(engine)
  if (!touched) return { read, plan, staged, looker }
  plan = { ...plan, ...(await lookAtTouched(engine, looker, touched, staged !== undefined, signal)) }
  if (staged && !(await confirmLeavers(engine, signal))) plan = { ...plan, sourceComplete: false }
  if (staged) updateDesired(database, policy, source.name, false)
  tie(engine)
  if (engine.target.profile.hidesMembers === true) engine.targetImage.startHidden()
  staged = write(engine, plan, options)
  return { read, plan, staged, looker }
}

const planBase = ({ database, policy, target }: Engine) => ({
  database,
  policy,
  provenAbsent: new Set<number>() as ReadonlySet<number>,
  ignores: (kind: Kind, path: string) => ignores(target.profile, kind, path),
})

async function listGroups({ policy }: Engine, looker: Looker, signal: AbortSignal): Promise<boolean> {
  return policy.mode === 'users' ? true : listKind(looker, 'group', signal)
}

function tie({ database, policy }: Engine): void {
  inTransaction(database, () => {
    startTies(database)
    for (const kind of KINDS) matchByImage(database, policy, kind)
  })
}

function write(
  { database, operations, policy, clock }: Engine,
  plan: Prepared['plan'],
  options: PrepareOptions,
): Staged | undefined {
  operations.clear()
  const staged = makePlan({
    ...plan,
    policy,
    add: (operation) => operations.add(options.cycle, operation),
    addCreates: (kind, all) => operations.addCreates(options.cycle, kind, all),
  })
  if (options.keepEscrow) new Escrow(database).hold((id) => operations.get(id), clock.now())
  return staged
}

/** Listings of some servers leave members out: then the groups that matter are read one by one. */
async function readUnknownMembers(
  { database, target, targetImage }: Engine,
  looker: Looker,
  signal: AbortSignal,
): Promise<void> {
  if (target.profile.hidesMembers === true) return targetImage.startHidden()
  const rows = database
    .prepare(
      `select t.target_key as key from temp.tie t join target_object o on o.key = t.target_key
        join desired d on d.key = t.source_key where o.kind = 'group' and o.members = 0 and d.verdict = 'in'`,
    )
    .all()
  await readEach(
    looker,
    'group',
    rows.map(({ key }) => Number(key)),
    signal,
  )
}

/** What a plan is about, by kind: objects to be looked at, and source objects to be looked for. */
type Touched = Readonly<Record<Kind, { readonly targets: readonly number[]; readonly seekers: readonly number[] }>>

function touchedBy({ database }: Engine): Touched | undefined {
  const keys = (kind: Kind, what: string, where: string): readonly number[] =>
    database
      .prepare(
        `select distinct ${what} as key from operation where kind = ? and ${what} is not null and ${where}
          and (state in ('planned', 'staged') or action = 'create' and code is null)`,
      )
      .all(kind)
      .map(({ key }) => Number(key))
  const of = (kind: Kind) => ({
    targets: keys(kind, 'target_key', "action <> 'create'"),
    seekers: keys(kind, 'source_key', "action = 'create'"),
  })
  const touched = { user: of('user'), group: of('group') }
  return KINDS.some((kind) => touched[kind].targets.length + touched[kind].seekers.length > 0) ? touched : undefined
}

async function lookAtTouched(
  { database, policy }: Engine,
  looker: Looker,
  touched: Touched,
  inFull: boolean,
  signal: AbortSignal,
): Promise<Pick<PlanInput, 'listed' | 'provenAbsent' | 'targetComplete'>> {
  const listed = { user: false, group: false }
  const targetComplete = { user: true, group: true }
  const absent = new Set<number>()
  for (const kind of KINDS) {
    const { targets, seekers } = touched[kind]
    if (kind === 'group' && policy.mode === 'users') continue
    if (inFull) {
      listed[kind] = targetComplete[kind] = await listKind(looker, kind, signal)
      continue
    }
    const looked = await lookAt(looker, kind, targets, signal)
    listed[kind] = looked === 'listed'
    targetComplete[kind] = looked !== 'incomplete'
    if (looked !== 'each') continue
    const sought = await seek(database, looker, policy, kind, seekers, signal)
    listed[kind] = sought.listed
    for (const key of sought.absent) absent.add(key)
  }
  return { listed, targetComplete, provenAbsent: absent }
}
