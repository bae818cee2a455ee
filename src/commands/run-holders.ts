import { ACCESS, MEMBER, memberEntitlementId, TYPE_IDS } from '../twingate/type-ids.ts'
import { PUBLISHED_WRITES } from '../connector/published-limits.ts'
import { provisionHolders } from '../sdk/provision/provision-holders.ts'
import type { ChangeOutcome, ChangeReport } from '../sdk/provision/report.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import { patientProvisioners } from '../sdk/provision/patient-provisioners.ts'
import { formatEntitlementId } from '../sdk/model/ids.ts'
import type { ResourceId } from '../sdk/model/model.ts'
import type { HolderChange } from '../sdk/contract/provisioner.ts'
import { changeRetryPolicy } from '../sdk/pacing/send-or-look.ts'
import { formatDuration } from '../sdk/text/duration.ts'
import { approve } from '../sdk/cli/changes/approve.ts'
import { approveConcerns } from '../sdk/cli/changes/approve-concerns.ts'
import type { NamedChange } from './named-change.ts'
import { questionOf } from './question.ts'
import type { ChangeContext } from './context.ts'
import type { Touched } from '../sdk/cli/changes/reporter.ts'
import { writesLeft } from '../sdk/cli/changes/writes-left.ts'

const DONE = new Set<ChangeOutcome>(['granted', 'revoked'])

/** What may differ from a snapshot afterwards: what a run found done may have been done by one that was stopped before it came to the file. */
const CERTAIN_OR_OPEN = new Set<ChangeOutcome>([...DONE, 'already-granted', 'already-revoked', 'failed'])

/** Carries out changes together, each told as soon as it is certain. Errors: as `provisionHolders`. */
export async function runHolders(context: ChangeContext, wanted: readonly NamedChange[]): Promise<void> {
  const { connector, reporter, call, dryRun, io, ambient } = context
  const provisioners = patientProvisioners(connector, ambient.sleep)
  const asked = new Map(wanted.map((named) => [holderChange(named), named]))
  const changes = [...asked.keys()]
  const writes = writesLeft(changes, (type) => provisioners.get(type)?.mostPerWrite ?? 1)
  const lines = new Map<ConnectorError, number>()
  let told = 0

  const onReport = ({ change, outcome, before, after, concern, error }: ChangeReport): void => {
    const named = asked.get(change)
    const { resource, principal } = change
    if (error && named?.line !== undefined && !lines.has(error)) lines.set(error, named.line)
    if (CERTAIN_OR_OPEN.has(outcome)) reporter.touched(placeOf(resource, principal), DONE.has(outcome))
    reporter.tell({
      ...(named ? subjectOf(named) : { operation: change.kind, resource: principal }),
      outcome,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      ...(concern !== undefined && { concern }),
      ...(error && { error }),
    })
    told++
    const left = writes.without(change)
    const isUnderWay = !dryRun && outcome !== 'not-attempted' && told < wanted.length
    if (isUnderWay) io.status.set(progressText(told, wanted.length, left))
  }
  reporter.expect(wanted.map(subjectOf))
  io.status.set(`checking ${wanted.length.toLocaleString('en-US')} ${wanted.length === 1 ? 'change' : 'changes'}`)
  try {
    await provisionHolders({
      ...{ changes, provisioners, dryRun, call, onReport },
      retry: changeRetryPolicy,
      async approve(needed) {
        const question = questionOf(
          needed.map(({ change }) => asked.get(change)).filter((named) => named !== undefined),
        )
        if (question !== undefined) await approve(context, question)
        await approveConcerns(
          context,
          needed.flatMap(({ concern }) => concern ?? []),
        )
      },
    })
  } catch (caught) {
    const error = ConnectorError.from(caught, 'provision')
    const line = lines.get(error)
    if (line === undefined) throw error
    throw error.reworded((detail) => `line ${line}: ${detail}`)
  }
}

/** The part of a change's line that does not depend on the outcome. */
const subjectOf = ({ operation, slug, target, principal, line }: NamedChange) => ({
  operation,
  resource: principal.id,
  ...(line !== undefined && { line }),
  ...(principal.name !== undefined && { name: principal.name }),
  entitlement: {
    id: formatEntitlementId(target.id, slug),
    type: target.id.type,
    ...(target.name !== undefined && { name: target.name }),
  },
})

/** Refuses what does not exist before anything is asked for. Errors: `not-found`. */
export function refuseUnknownSlug({ resource, slug }: Pick<HolderChange, 'resource' | 'slug'>): void {
  if (slug === (resource.type === TYPE_IDS.networkResource ? ACCESS : MEMBER) && resource.type !== TYPE_IDS.user) return
  throw new ConnectorError(
    'not-found',
    'find entitlement',
    `there is no entitlement ${formatEntitlementId(resource, slug)}; groups, roles and resources have one each, for example ${memberEntitlementId({ type: TYPE_IDS.group, id: '<id>' })}`,
  )
}

const holderChange = ({ operation, slug, target, principal, terms }: NamedChange): HolderChange => ({
  kind: operation === 'revoke' ? 'revoke' : 'grant',
  resource: target.id,
  slug,
  principal: principal.id,
  ...(terms && Object.keys(terms).length > 0 && { terms }),
})

/** What to read again: for a role its holder, who also shows that the former role is gone; for access the resource. */
const placeOf = (resource: ResourceId, holder: ResourceId): Touched => {
  if (resource.type === TYPE_IDS.role) return { resource: holder }
  return resource.type === TYPE_IDS.networkResource ? { resource } : { resource, holder }
}

/** `120 of 1,000 changes · 45 writes to go · 2 min 15 s left at 20 writes a minute`. */
export function progressText(done: number, total: number, writes: number): string {
  const { requests, windowMs } = PUBLISHED_WRITES
  const text = `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} changes · ${writes} ${writes === 1 ? 'write' : 'writes'} to go`
  if (writes <= 1) return text
  return `${text} · ${formatDuration((writes / requests) * windowMs)} left at ${requests} writes a minute`
}
