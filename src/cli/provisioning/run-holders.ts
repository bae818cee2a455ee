import { MEMBER, memberEntitlementId, TYPE_IDS } from '../../connector/fragments.ts'
import { PUBLISHED_WRITES } from '../../connector/twingate.ts'
import { provisionHolders } from '../../provision/provision-holders.ts'
import type { ChangeOutcome, ChangeReport } from '../../provision/report.ts'
import { ConnectorError } from '../../sdk/errors.ts'
import { formatEntitlementId } from '../../sdk/ids.ts'
import type { ResourceId } from '../../sdk/model.ts'
import { hasProvisioner, type HolderChange, type Provisioner } from '../../sdk/provisioner.ts'
import { changeRetryPolicy } from '../../sdk/send-or-look.ts'
import { formatDuration } from '../output/duration.ts'
import { type ChangeContext, GRACE_MS } from './context.ts'
import type { Named } from './references.ts'
import type { Touched } from './reporter.ts'
import { withGrace } from './with-grace.ts'

/** A change of who holds what, with the names it was found by. */
export interface NamedChange {
  /** As it was asked for: `role` is a grant of a role. */
  readonly operation: 'grant' | 'revoke' | 'role'
  readonly slug: string
  /** The group or role. */
  readonly target: Named
  readonly principal: Named
}

export const memberChange = (operation: NamedChange['operation'], target: Named, principal: Named): NamedChange => ({
  operation,
  slug: MEMBER,
  target,
  principal,
})

const DONE = new Set<ChangeOutcome>(['granted', 'revoked'])

/** What may differ from a snapshot afterwards: what a run found done may have been done by one that was stopped before it came to the file. */
const CERTAIN_OR_OPEN = new Set<ChangeOutcome>([...DONE, 'already-granted', 'already-revoked', 'failed'])

/** Carries out changes together, each told as soon as it is certain. Errors: as `provisionHolders`. */
export async function runHolders(context: ChangeContext, wanted: readonly NamedChange[]): Promise<void> {
  const { connector, reporter, call, dryRun, io } = context
  const provisioners = new Map(
    connector.syncers.flatMap((syncer) =>
      hasProvisioner(syncer) ? [[syncer.type.id, patient(syncer, context)] as const] : [],
    ),
  )
  const asked = new Map(wanted.map((change) => [keyOf(holderChange(change)), change]))
  const open = new Map<string, number>()
  for (const change of wanted.map(holderChange)) open.set(batchOf(change), (open.get(batchOf(change)) ?? 0) + 1)
  let told = 0

  const onReport = ({ change, outcome, before, after, error }: ChangeReport): void => {
    const named = asked.get(keyOf(change))
    const { resource, slug, principal } = change
    if (CERTAIN_OR_OPEN.has(outcome)) reporter.touched(placeOf(resource, principal), DONE.has(outcome))
    reporter.tell({
      operation: named?.operation ?? change.kind,
      outcome,
      resource: principal,
      ...(named?.principal.name !== undefined && { name: named.principal.name }),
      entitlement: {
        id: formatEntitlementId(resource, slug),
        type: resource.type,
        ...(named?.target.name !== undefined && { name: named.target.name }),
      },
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      ...(error && { error }),
    })
    told++
    open.set(batchOf(change), Math.max(0, (open.get(batchOf(change)) ?? 0) - 1))
    if (told < wanted.length) io.status.set(progressText(told, wanted.length, writesLeft(open, provisioners)))
  }
  io.status.set(`checking ${wanted.length.toLocaleString('en-US')} ${wanted.length === 1 ? 'change' : 'changes'}`)
  await provisionHolders({
    changes: wanted.map(holderChange),
    provisioners,
    dryRun,
    retry: changeRetryPolicy,
    call,
    onReport,
  })
}

/** Refuses what does not exist before anything is asked for. Errors: `not-found`. */
export function refuseUnknownSlug({ resource, slug }: Pick<HolderChange, 'resource' | 'slug'>): void {
  if (slug === MEMBER && resource.type !== TYPE_IDS.user) return
  throw new ConnectorError(
    'not-found',
    'find entitlement',
    `there is no entitlement ${formatEntitlementId(resource, slug)}; groups and roles have one each, for example ${memberEntitlementId({ type: TYPE_IDS.group, id: '<id>' })}`,
  )
}

const holderChange = ({ operation, slug, target, principal }: NamedChange): HolderChange => ({
  kind: operation === 'revoke' ? 'revoke' : 'grant',
  resource: target.id,
  slug,
  principal: principal.id,
})

/** A role is told by whoever has it, together with the one before, which is gone. */
const placeOf = (resource: ResourceId, holder: ResourceId): Touched =>
  resource.type === TYPE_IDS.role ? { resource: holder } : { resource, holder }

const keyOf = ({ kind, resource, slug, principal }: HolderChange): string =>
  JSON.stringify([kind, resource.type, resource.id, slug, principal.type, principal.id])

const batchOf = ({ kind, resource, slug }: HolderChange): string =>
  JSON.stringify([resource.type, resource.id, slug, kind])

/** The write that is in flight when the program is told to stop is given a moment to end. */
const patient = (provisioner: Provisioner, { ambient }: ChangeContext): Provisioner => ({
  mostPerWrite: provisioner.mostPerWrite,
  plan: (changes, call) => provisioner.plan(changes, call),
  apply: (changes, call) =>
    withGrace(call.signal, ambient.sleep, GRACE_MS, (signal) => provisioner.apply(changes, { ...call, signal })),
})

/** At most: some of the open changes may turn out to need none. */
const writesLeft = (open: ReadonlyMap<string, number>, provisioners: ReadonlyMap<string, Provisioner>): number =>
  [...open].reduce((sum, [key, count]) => {
    const [type] = JSON.parse(key) as readonly string[]
    return sum + Math.ceil(count / (provisioners.get(type ?? '')?.mostPerWrite ?? 1))
  }, 0)

/** `120 of 1,000 changes · 45 writes to go · 2 min 15 s left at 20 writes a minute`. */
export function progressText(done: number, total: number, writes: number): string {
  const { requests, windowMs } = PUBLISHED_WRITES
  const text = `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} changes · ${writes} ${writes === 1 ? 'write' : 'writes'} to go`
  if (writes <= 1) return text
  return `${text} · ${formatDuration((writes / requests) * windowMs)} left at ${requests} writes a minute`
}
