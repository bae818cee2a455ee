import { ConnectorError } from '../ground/errors.ts'
import type { HolderChange, PlannedChange, ProvisionCall, Provisioner } from '../contract/provisioner.ts'
import type { RetryPolicy } from '../pacing/retry.ts'
import { persist } from '../pacing/send-or-look.ts'
import type { ChangeOutcome, ChangeReport } from './report.ts'
import { type Batch, type Needed, sendBatch } from './send-batch.ts'

export interface ProvisionRequest {
  readonly changes: readonly HolderChange[]
  /** By resource type; a type without one cannot be changed. */
  readonly provisioners: ReadonlyMap<string, Provisioner>
  /** Reads and judges only. @default false */
  readonly dryRun: boolean
  readonly retry: RetryPolicy
  readonly call: ProvisionCall
  /** Asked before the first write, with what is needed; what it throws ends the run before anything is sent. @default nobody is asked, and concerns are told in the log */
  readonly approve?: (needed: readonly Needed[]) => Promise<void>
  /** Told as soon as the outcome of a change is certain, so that a run that is stopped has said what it did. */
  readonly onReport: (report: ChangeReport) => void
}

type Planned = PlannedChange<HolderChange>

const SETTLED: Readonly<Record<HolderChange['kind'], ChangeOutcome>> = {
  grant: 'already-granted',
  revoke: 'already-revoked',
}

/**
 * Carries out changes of who holds what: all are judged first, then the needed ones are sent, many principals of one resource in one write,
 * and nobody loses anything before all grants are made.
 *
 * Shape: every change is reported once. Nothing is sent where any change is refused by the plan.
 * Errors: the first refusal or failure, after everything was reported. Running the same again does only what is missing.
 */
export async function provisionHolders(asked: ProvisionRequest): Promise<void> {
  refuseContradictions(asked.changes)
  // A change that stands twice is made once and reported twice.
  const twins = Map.groupBy(asked.changes, changeKey)
  const onReport = (report: ChangeReport): void => {
    for (const change of twins.get(changeKey(report.change)) ?? []) asked.onReport({ ...report, change })
  }
  const request = { ...asked, changes: [...twins.values()].flatMap(([change]) => change ?? []), onReport }
  const planned = await planAll(request)
  const first = planned.find((plan) => plan.verdict === 'refused')
  for (const plan of planned) {
    if (plan.verdict === 'refused') onReport({ change: plan.change, outcome: 'refused', error: plan.error })
    if (plan.verdict === 'settled')
      onReport({ change: plan.change, outcome: SETTLED[plan.change.kind], before: plan.state, after: plan.state })
    if (plan.verdict === 'needed' && (request.dryRun || first)) {
      const { change, before, after, concern } = plan
      if (first) onReport({ change, outcome: 'not-attempted', before, after })
      else onReport({ change, outcome: 'planned', before, after, ...(concern !== undefined && { concern }) })
    }
  }
  if (first) throw first.error
  if (request.dryRun) return
  await askFor(request, planned)
  await sendAll(request, planned)
}

async function askFor({ approve, call, onReport }: ProvisionRequest, planned: readonly Planned[]): Promise<void> {
  const needed = planned.filter((plan) => plan.verdict === 'needed')
  if (needed.length === 0) return
  try {
    if (approve) await approve(needed)
    else for (const concern of new Set(needed.flatMap((plan) => plan.concern ?? []))) call.log.warn(concern)
  } catch (error) {
    for (const { change, before, after } of needed) onReport({ change, outcome: 'not-attempted', before, after })
    throw error
  }
}

const holdingKey = ({ resource, slug, principal }: HolderChange): string =>
  JSON.stringify([resource.type, resource.id, slug, principal.type, principal.id])

const changeKey = (change: HolderChange): string => `${change.kind} ${holdingKey(change)}`

function refuseContradictions(changes: readonly HolderChange[]): void {
  const seen = new Map<string, HolderChange>()
  for (const change of changes) {
    const { kind, resource, principal } = change
    const key = holdingKey(change)
    const earlier = seen.get(key) ?? change
    const refuse = (how: string): ConnectorError =>
      new ConnectorError('invalid-argument', 'provision', `${resource.type} ${resource.id} is to be ${how}`)
    if (earlier.kind !== kind)
      throw refuse(`both granted to and revoked from ${principal.type} ${principal.id}; keep one of the two`)
    if (JSON.stringify(earlier.terms) !== JSON.stringify(change.terms))
      throw refuse(`granted to ${principal.type} ${principal.id} on different terms; keep one of them`)
    seen.set(key, change)
  }
}

/** One verdict per change, in the order of the changes. */
async function planAll(request: ProvisionRequest): Promise<readonly Planned[]> {
  const verdicts = new Map<HolderChange, Planned>()
  for (const [type, ofType] of Map.groupBy(request.changes, (change) => change.resource.type)) {
    const provisioner = request.provisioners.get(type)
    if (!provisioner) {
      const error = new ConnectorError('unimplemented', 'provision', `access to a ${type} cannot be changed`)
      for (const change of ofType) verdicts.set(change, { change, verdict: 'refused', error })
      continue
    }
    const planned = await withRetries(request, `plan ${type}`, () => provisioner.plan(ofType, request.call))
    for (const [i, change] of ofType.entries()) {
      const plan = planned[i]
      if (!plan)
        throw new ConnectorError('internal', 'provision', `no verdict for a change of ${type} ${change.resource.id}`)
      verdicts.set(change, plan)
    }
  }
  return request.changes.flatMap((change) => verdicts.get(change) ?? [])
}

const withRetries = <T>({ retry, call }: ProvisionRequest, operation: string, task: () => Promise<T>): Promise<T> =>
  persist(task, { operation, retry, call })

/** Refusals that say nothing about the other changes of a run; an outage or a refused key does. */
const ofOnePrincipal = ({ code }: ConnectorError): boolean => code === 'not-found' || code === 'failed-precondition'

async function sendAll(request: ProvisionRequest, planned: readonly Planned[]): Promise<void> {
  let failure: ConnectorError | undefined
  for (const batch of batchesOf(request, planned)) {
    if (failure && !ofOnePrincipal(failure))
      for (const { change, before, after } of batch.changes)
        request.onReport({ change, outcome: 'not-attempted', before, after })
    else {
      const failed = await sendBatch(batch)
      failure = failure && (!failed || ofOnePrincipal(failed)) ? failure : failed
    }
  }
  if (failure) throw failure
}

/** Needed changes of one kind on one resource, cut to what one write takes: those that others count on, then grants, then the rest. */
function batchesOf(request: ProvisionRequest, planned: readonly Planned[]): readonly Batch[] {
  const { provisioners, call, onReport } = request
  const needed = planned.filter((plan) => plan.verdict === 'needed')
  const groups = Map.groupBy(needed, ({ change: { kind, resource, slug } }) =>
    JSON.stringify([kind, resource.type, resource.id, slug]),
  )
  const batches = [...groups.values()].flatMap((changes) => {
    const provisioner = provisioners.get(changes[0]?.change.resource.type ?? '')
    if (!provisioner) return []
    const most = provisioner.mostPerWrite
    const cuts = Array.from({ length: Math.ceil(changes.length / most) }, (_, i) => i * most)
    return cuts.map((at): Batch => ({
      provisioner,
      changes: changes.slice(at, at + most),
      call,
      retry: (operation, task) => withRetries(request, operation, task),
      onReport,
    }))
  })
  const isGrant = ({ changes }: Batch): boolean => changes[0]?.change.kind === 'grant'
  const rank = (batch: Batch): number => (batch.changes[0]?.first ? 0 : isGrant(batch) ? 1 : 2)
  return batches.toSorted((a, b) => rank(a) - rank(b))
}
