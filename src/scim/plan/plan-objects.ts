import type { AttributeChange, Kind, TargetValue, TargetValues } from '../model.ts'
import type { Action, NewOperation } from '../state/operations.ts'
import { type CandidateChooser, candidateChooser } from './candidate-chooser.ts'
import { changesBetween } from './changes.ts'
import type { PlanInput } from './plan-input.ts'
import { isInactive, valueAt } from './value-at.ts'

type Row = readonly [
  number, // source key
  string, // label
  'in' | 'out' | 'skip',
  string | null, // code
  string | null, // reason
  string | null, // values
  string | null, // values on create
  number, // active
  number | null, // target key
  string | null, // attributes at the target
  number | null, // dormant
  string | null, // how it was matched
  string | null, // rewritten values
  string | null, // candidates
]

/** Writes down what has to be done to the objects of a kind, in the order of the source. Ties and conflicts are there. */
export function planObjects(input: PlanInput, kind: Kind): void {
  const { database, only } = input
  // Most of a first plan are creates, and nothing has to be worked out for them once it is certain that the target has nobody.
  const isBulk = input.addCreates !== undefined && input.listed[kind]
  if (isBulk && input.policy.actions[kind].create) input.addCreates?.(kind, creation(input, kind, 0))
  const rows = database.prepare(`
    select d.key, d.label, d.verdict, d.code, d.reason, d.attributes, coalesce(d.on_create, d.attributes), d.active, t.target_key, o.attributes, t.dormant, t.how,
      (select json_group_array(json_array(w.path, w.sent, w.shown)) from main.rewritten w where w.source_key = d.key), d.candidates
    from main.desired d left join temp.tie t on t.source_key = d.key left join main.target_object o on o.key = t.target_key
    where d.kind = ? and d.verdict <> 'skip' and (d.verdict = 'in' or t.target_key is not null)
      and d.key not in (select key from temp.conflict)
      ${isBulk ? 'and (t.target_key is not null or d.candidates is not null)' : ''}`)
  rows.setReturnArrays(true)
  const choose = candidateChooser(database, kind)
  const found: NewOperation[] = []
  const write = (): void => {
    for (const operation of found.splice(0)) input.add(operation)
  }
  for (const row of rows.iterate(kind)) {
    const typed = row as unknown as Row
    if (!only || only.has(typed[0])) found.push(...planOne(input, kind, typed, choose))
    if (found.length >= 1000) write()
  }
  write()
}

function planOne(input: PlanInput, kind: Kind, row: Row, choose: CandidateChooser): readonly NewOperation[] {
  const [source, name, verdict, , , , onCreate, active, target, , , , , candidates] = row
  const base = { kind, source, target: target ?? undefined, name }
  if (target === null) {
    if (active === 0 || !input.policy.actions[kind].create) return []
    return [
      {
        ...base,
        action: 'create',
        changes: addedBy({ ...(JSON.parse(onCreate ?? '{}') as TargetValues), ...choose(candidates) }),
        ...creation(input, kind, source),
      },
    ]
  }
  const operations = verdict === 'in' ? planUpdate(input, kind, row) : planLeaving(input, kind, row)
  return operations.map((operation) => ({ ...base, ...operation }))
}

type Part = Pick<NewOperation, 'action' | 'changes' | 'reason' | 'state'>

const addedBy = (values: TargetValues): readonly AttributeChange[] =>
  Object.entries(values).map(([path, after]) => ({ path, after }))

function creation({ listed, provenAbsent }: PlanInput, kind: Kind, source: number): Pick<Part, 'reason' | 'state'> {
  return listed[kind] || provenAbsent.has(source)
    ? { reason: `in scope, and the target has no such ${kind}`, state: 'planned' }
    : { reason: `in scope, but whether the target has such a ${kind} could not be read in full`, state: 'held' }
}

function planUpdate(input: PlanInput, kind: Kind, row: Row): readonly Part[] {
  const [, , , , reason, values, , , , attributes, dormant, how, rewritten] = row
  if (!input.policy.actions[kind].update) return []
  const shown = JSON.parse(attributes ?? '{}') as Record<string, unknown>
  const changes = changesBetween(shown, JSON.parse(values ?? '{}') as TargetValues, rewrittenOf(rewritten), (path) =>
    input.ignores(kind, path),
  )
  if (changes.length === 0) return []
  const matched = how === null ? '' : `the same ${kind} by ${how}; `
  const others = changes.filter(({ path }) => path !== 'active')
  const [switched] = changes.filter(({ path }) => path === 'active')
  const rest = others.length === 0 ? [] : [differs(others.map(({ path }) => path))]
  if (switched?.after === false) {
    const why = reason ?? 'disabled at the source'
    if (mayTakeAway(input, kind))
      return [{ action: 'disable', changes, reason: matched + [why, ...rest].join('; '), state: 'planned' }]
    const held: Part = { action: 'disable', changes: [switched], reason: heldReason(why, input), state: 'held' }
    return [
      ...rest.map((word): Part => ({ action: 'update', changes: others, reason: matched + word, state: 'planned' })),
      held,
    ]
  }
  const again = switched ? [dormant === 1 ? 'in scope again' : 'enabled at the source'] : []
  return [
    {
      action: switched ? 'enable' : 'update',
      changes,
      reason: matched + [...again, ...rest].join('; '),
      state: 'planned',
    },
  ]
}

const differs = (paths: readonly string[]): string => `${paths.join(', ')} ${paths.length === 1 ? 'differs' : 'differ'}`

const mayTakeAway = ({ sourceComplete, targetComplete }: PlanInput, kind: Kind): boolean =>
  sourceComplete && targetComplete[kind]

const heldReason = (reason: string, { sourceComplete }: PlanInput): string =>
  `${reason}, but ${sourceComplete ? 'the target' : 'the source'} was not read in full`

/** What becomes of one that is linked and out of scope. */
function planLeaving(input: PlanInput, kind: Kind, row: Row): readonly Part[] {
  const [, , , code, reason, , , , , attributes, dormant] = row
  const { policy } = input
  const { update, delete: deletes } = policy.actions[kind]
  if (policy.onLeave === 'keep') return []
  const why = reason ?? 'out of scope'
  const state = mayTakeAway(input, kind) ? 'planned' : 'held'
  const part = (action: Action, changes: readonly AttributeChange[]): readonly Part[] => [
    { action, changes, reason: state === 'held' ? heldReason(why, input) : why, state },
  ]
  // Deleted at the source after it had left the scope: it is not managed any more.
  const forGood = code === 'Deleted' && dormant !== 1
  if (kind === 'group' || policy.onLeave === 'delete' || forGood) return deletes ? part('delete', []) : []
  const shown = JSON.parse(attributes ?? '{}') as Record<string, unknown>
  if (isInactive(shown) || !update) return []
  const before = valueAt(shown, 'active')
  return part('disable', [{ path: 'active', ...(before !== undefined && { before }), after: false }])
}

function rewrittenOf(json: string | null): ReadonlyMap<string, { sent: TargetValue; shown: TargetValue | undefined }> {
  const rows = JSON.parse(json ?? '[]') as [string, string, string | null][]
  return new Map(
    rows.map(([path, sent, shown]) => [
      path,
      { sent: JSON.parse(sent) as TargetValue, shown: shown === null ? undefined : (JSON.parse(shown) as TargetValue) },
    ]),
  )
}
