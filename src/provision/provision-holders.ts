import { ConnectorError, isRetryable } from '../sdk/errors.ts'
import type { HolderChange, PlannedChange, ProvisionCall, Provisioner } from '../sdk/provisioner.ts'
import { retrying, type RetryPolicy } from '../sdk/retry.ts'
import type { ChangeOutcome, ChangeReport } from './report.ts'

export interface ProvisionRequest {
  readonly changes: readonly HolderChange[]
  /** By resource type; a type without one cannot be changed. */
  readonly provisioners: ReadonlyMap<string, Provisioner>
  /** Reads and judges only. @default false */
  readonly dryRun: boolean
  readonly retry: RetryPolicy
  readonly call: ProvisionCall
  /** Told as soon as the outcome of a change is certain, so that a run that is stopped has said what it did. */
  readonly onReport: (report: ChangeReport) => void
}

type Planned = PlannedChange<HolderChange>

const done: Readonly<Record<HolderChange['kind'], ChangeOutcome>> = { grant: 'granted', revoke: 'revoked' }
const settled: Readonly<Record<HolderChange['kind'], ChangeOutcome>> = {
  grant: 'already-granted',
  revoke: 'already-revoked',
}

/**
 * Carries out changes of who holds what: all are judged first, then the needed ones are sent, many principals of one resource in one write.
 *
 * Shape: every change is reported once. Nothing is sent where any change is refused by the plan.
 * Errors: the first refusal or failure, after everything was reported. Running the same again does only what is missing.
 * Why: a write whose answer was lost is looked at by a new plan before it is repeated, so that nothing is done twice or believed unseen.
 */
export async function provisionHolders(request: ProvisionRequest): Promise<void> {
  const { changes, dryRun, onReport } = request
  refuseContradictions(changes)
  const planned = await planAll(request, changes)
  const refusals = planned.filter((plan) => plan.verdict === 'refused')
  const [first] = refusals
  for (const plan of planned) {
    if (plan.verdict === 'refused') onReport({ change: plan.change, outcome: 'refused', error: plan.error })
    if (plan.verdict === 'settled')
      onReport({ change: plan.change, outcome: settled[plan.change.kind], before: plan.state, after: plan.state })
    if (plan.verdict === 'needed' && (dryRun || first)) {
      const { change, before, after } = plan
      onReport({ change, outcome: first ? 'not-attempted' : 'planned', before, after })
    }
  }
  if (first) throw first.error
  if (!dryRun) await send(request, planned)
}

function refuseContradictions(changes: readonly HolderChange[]): void {
  const seen = new Map<string, HolderChange['kind']>()
  for (const { kind, resource, slug, principal } of changes) {
    const key = JSON.stringify([resource.type, resource.id, slug, principal.type, principal.id])
    const earlier = seen.get(key)
    if (earlier !== undefined && earlier !== kind)
      throw new ConnectorError(
        'invalid-argument',
        'provision',
        `${resource.type} ${resource.id} is to be both granted to and revoked from ${principal.type} ${principal.id}; keep one of the two`,
      )
    seen.set(key, kind)
  }
}

/** One verdict per change, in the order of the changes. A change that stands twice is needed once. */
async function planAll(request: ProvisionRequest, changes: readonly HolderChange[]): Promise<readonly Planned[]> {
  const verdicts = new Map<HolderChange, Planned>()
  for (const [type, ofType] of Map.groupBy(changes, (change) => change.resource.type)) {
    const provisioner = request.provisioners.get(type)
    if (!provisioner) {
      const error = new ConnectorError('unimplemented', 'provision', `access to a ${type} cannot be changed`)
      for (const change of ofType) verdicts.set(change, { change, verdict: 'refused', error })
      continue
    }
    const planned = await attempt(request, `plan ${type}`, () => provisioner.plan(ofType, request.call))
    for (const [i, change] of ofType.entries()) {
      const plan = planned[i]
      if (!plan)
        throw new ConnectorError('internal', 'provision', `no verdict for a change of ${type} ${change.resource.id}`)
      verdicts.set(change, plan)
    }
  }
  return changes.flatMap((change) => verdicts.get(change) ?? [])
}

const attempt = <T>({ retry, call }: ProvisionRequest, operation: string, task: () => Promise<T>): Promise<T> =>
  retrying(task, {
    policy: retry,
    operation,
    signal: call.signal,
    onRetry: ({ error, waitMs }) =>
      call.log.warn('trying again', { operation, detail: error.detail, wait: waitMs / 1000 }),
  })

type Needed = Extract<Planned, { verdict: 'needed' }>

async function send(request: ProvisionRequest, planned: readonly Planned[]): Promise<void> {
  const batches = batchesOf(planned, request.provisioners)
  let failure: ConnectorError | undefined
  for (const batch of batches) {
    if (failure) {
      for (const { change, before, after } of batch)
        request.onReport({ change, outcome: 'not-attempted', before, after })
      continue
    }
    failure = await sendBatch(request, batch)
  }
  if (failure) throw failure
}

/** Needed changes of one kind on one resource, cut to what one write takes. */
function batchesOf(planned: readonly Planned[], provisioners: ReadonlyMap<string, Provisioner>): readonly Needed[][] {
  const needed = planned.filter((plan) => plan.verdict === 'needed')
  const groups = Map.groupBy(needed, ({ change: { kind, resource, slug } }) =>
    JSON.stringify([kind, resource.type, resource.id, slug]),
  )
  return [...groups.values()].flatMap((group) => {
    const most = provisioners.get(group[0]?.change.resource.type ?? '')?.mostPerWrite ?? 1
    return Array.from({ length: Math.ceil(group.length / most) }, (_, i) => group.slice(i * most, (i + 1) * most))
  })
}

/** Refusals that a smaller write may avoid. */
const isTooLarge = (error: ConnectorError): boolean =>
  error.code === 'deadline-exceeded' || error.reason === 'http 413' || /too (large|many)|maximum/i.test(error.detail)

/** Sends one batch, halved where the server finds it too large. Gives the failure that ended it, if any. */
async function sendBatch(request: ProvisionRequest, batch: readonly Needed[]): Promise<ConnectorError | undefined> {
  const { call, provisioners, onReport } = request
  const [head] = batch
  const provisioner = provisioners.get(head?.change.resource.type ?? '')
  if (!head || !provisioner) return undefined
  const report = (plans: readonly Needed[], outcome: ChangeOutcome, error?: ConnectorError): void => {
    for (const { change, before, after } of plans) onReport({ change, outcome, before, after, ...(error && { error }) })
  }
  let open = batch
  const changesOf = (plans: readonly Needed[]) => plans.map((plan) => plan.change)

  const applyOrLook = async (): Promise<void> => {
    try {
      await provisioner.apply(changesOf(open), call)
    } catch (caught) {
      const error = ConnectorError.from(caught, 'provision')
      if (error.code === 'canceled') throw error
      // The answer is lost or a refusal: what really stands there now decides what is left to do.
      const now = await planAll(request, changesOf(open))
      const settledNow = new Set(now.filter((plan) => plan.verdict === 'settled').map((plan) => plan.change))
      report(
        open.filter((plan) => settledNow.has(plan.change)),
        done[head.change.kind],
      )
      open = open.filter((plan) => !settledNow.has(plan.change))
      for (const plan of now) if (plan.verdict === 'refused') throw plan.error
      if (open.length > 0) throw error
    }
    report(open, done[head.change.kind])
    open = []
  }

  try {
    await attempt(
      request,
      `${head.change.kind} on ${head.change.resource.type} ${head.change.resource.id}`,
      applyOrLook,
    )
    return undefined
  } catch (caught) {
    const error = ConnectorError.from(caught, 'provision')
    if (!isTooLarge(error) || open.length < 2) {
      report(open, error.code === 'canceled' || isRetryable(error.code) ? 'failed' : 'refused', error)
      return error
    }
    const middle = Math.ceil(open.length / 2)
    const failed = await sendBatch(request, open.slice(0, middle))
    if (!failed) return sendBatch(request, open.slice(middle))
    report(open.slice(middle), 'not-attempted')
    return failed
  }
}
