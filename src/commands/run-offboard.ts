import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Holdings, readHoldings } from '../resources/holdings.ts'
import { groupId, membershipImmutable } from '../resources/membership.ts'
import { roleId } from '../resources/roles.ts'
import { findAction } from '../sdk/provision/require-part.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import { changeRetryPolicy, persist } from '../sdk/pacing/send-or-look.ts'
import { whyNotMade } from '../sdk/settings/files.ts'
import { printable } from '../sdk/text/printable.ts'
import { approve } from '../sdk/cli/changes/approve.ts'
import type { ChangeLine } from '../sdk/cli/changes/change-line.ts'
import { MEMBER } from '../twingate/type-ids.ts'
import type { ChangeContext, ChangeRunner } from './context.ts'
import { invokeAction } from './run-account-action.ts'
import type { NamedChange } from './named-change.ts'
import { type Named, oneOfNames } from './names/find.ts'
import { recorded } from './recorded-lines.ts'
import { runHolders } from './run-holders.ts'

/** The least role, which every user has. */
const FLOOR = 'MEMBER'

/** One thing to do, and how it is done. */
interface Step {
  readonly run: (context: ChangeContext) => Promise<void>
}

/**
 * `offboard USER`: ends everything a person holds, in one run: the account is disabled, memberships and the role are taken away, requests for access
 * rejected, devices archived.
 *
 * Errors: a refusal that the guard of the account gives, before anything is sent; else the first failure, after everything else was done. What Twingate
 * cannot change, because an identity provider keeps it, is told as refused, and the run ends with that.
 */
export const offboardCommand: ChangeRunner = async (context) => {
  const { words, flags } = context.invocation
  const { lines, context: telling } = recorded(context)
  const person = await oneOfNames((texts) => context.references.users(texts), words[0] ?? '')
  const held = await persist(() => readHoldings(context.client, person.id.id, context.call), {
    operation: 'offboard',
    retry: changeRetryPolicy,
    call: context.call,
  })
  await refuseGuarded(held, telling)
  const report = flags.get('report')
  if (report !== undefined) await refuseUnwritable(report)
  if (context.dryRun) context.io.stderr.write(reachedText(held))
  else await approve(context, questionOf(person, held))
  let failure: ConnectorError | undefined
  for (const { run } of stepsFor(person, held))
    try {
      await run(telling)
    } catch (caught) {
      const error = ConnectorError.from(caught, 'offboard')
      failure ??= error
      if (!goesOn(error)) break
    }
  if (report !== undefined) await writeReport(report, { person, held, lines, dryRun: context.dryRun }, context)
  if (failure) throw failure
}

/** Refusals of one thing, which say nothing about the others. */
const goesOn = ({ code }: ConnectorError): boolean => code === 'failed-precondition' || code === 'not-found'

const DISABLE = 'disable_user'

/** The account of the last admin must stay, and so must all that it holds. */
async function refuseGuarded({ user }: Holdings, { connector, call, reporter }: ChangeContext): Promise<void> {
  if (user.role !== 'ADMIN' || user.state !== 'ACTIVE') return
  const plan = await findAction(connector.actions, DISABLE).plan({ user_id: user.id }, call)
  if (plan.verdict !== 'refused' || user.type === 'SYNCED') return
  reporter.tell({ operation: 'offboard', resource: plan.change, outcome: 'refused', error: plan.error })
  throw plan.error
}

function stepsFor(person: Named, held: Holdings): readonly Step[] {
  const { user, groups, devices, requests } = held
  const name = person.name ?? person.id.id
  const change = (target: Named): NamedChange => ({ operation: 'revoke', slug: MEMBER, target, principal: person })
  const local = groups.filter(({ type }) => !membershipImmutable(type))
  // Membership of a built-in group ends with the account.
  const foreign = groups.filter(({ type }) => membershipImmutable(type) && type !== 'SYSTEM')
  const memberships = local.map((group) => change({ id: groupId(group.id), name: group.name }))
  const role = user.role === FLOOR ? [] : [change({ id: roleId(user.role), name: user.role })]
  const act = (action: string, key: string, id: string, words: Parameters<typeof invokeAction>[3]): Step => ({
    run: (context) => invokeAction(context, action, { [key]: id }, words),
  })
  return [
    act(DISABLE, 'user_id', user.id, {
      ...{ operation: 'account disable', name, done: 'disabled', settled: 'already-disabled' },
    }),
    ...[memberships, role]
      .filter((changes) => changes.length > 0)
      .map((changes): Step => ({
        run: (context) => runHolders(context, changes),
      })),
    // One call for each group: a refused change holds back all others of the same call.
    ...foreign.map((group): Step => ({
      run: (context) => runHolders(context, [change({ id: groupId(group.id), name: group.name })]),
    })),
    ...requests.map(({ id, resource }) =>
      act('reject_access_request', 'access_request_id', id, {
        ...{ operation: 'access-request reject', name: `request for ${resource.name}` },
        ...{ done: 'rejected', settled: 'already-rejected' },
      }),
    ),
    ...devices.map((device) =>
      act('archive_device', 'device_id', device.id, {
        ...{
          operation: 'device archive',
          name: device.name ?? device.id,
          done: 'archived',
          settled: 'already-archived',
        },
      }),
    ),
  ]
}

const count = (n: number, word: string): string => `${n.toLocaleString('en-US')} ${n === 1 ? word : `${word}s`}`

const questionOf = (person: Named, { groups, resources, devices, requests }: Holdings): string =>
  `Offboard ${person.name ?? person.id.id}, with ${count(groups.length, 'group')}, ${count(resources.length, 'resource')} through them, ${count(devices.length, 'device')} and ${count(requests.length, 'request')}?`

/** What goes with the groups, a line each. */
const reachedText = ({ resources }: Holdings): string =>
  resources.map(({ name, through }) => printable(`reaches ${name} through ${through.join(', ')}`) + '\n').join('')

interface Report {
  readonly person: Named
  readonly held: Holdings
  readonly lines: readonly ChangeLine[]
  readonly dryRun: boolean
}

/** For the records: what the person held, and what became of each. Its keys are a public format. */
async function writeReport(
  file: string,
  { person, held, lines, dryRun }: Report,
  { ambient, endpoint }: ChangeContext,
): Promise<void> {
  const { user, groups, resources, devices, requests } = held
  const document = {
    network: endpoint.network,
    at: ambient.clock.now().toISOString(),
    dryRun,
    user: { id: user.id, name: person.name, email: user.email, state: user.state, role: user.role, type: user.type },
    held: {
      groups: groups.map(({ id, name, type }) => ({ id, name, type })),
      resources: resources.map(({ id, name, through }) => ({ id, name, through })),
      devices: devices.map(({ id, name, activeState }) => ({ id, name, state: activeState })),
      requests: requests.map(({ id, resource, requestedAt }) => ({ id, resource: resource.name, requestedAt })),
    },
    steps: lines.map(({ operation, resource, name, entitlement, outcome, before, after, error }) => ({
      ...{ operation, outcome, name, id: resource?.id },
      ...(entitlement && { entitlement: entitlement.id, entitlementName: entitlement.name }),
      ...{ before, after },
      ...(error && { error: { code: error.code, message: error.inFull } }),
    })),
  }
  try {
    await writeFile(resolve(file), `${JSON.stringify(document, undefined, 2)}\n`, { mode: 0o600 })
  } catch (error) {
    throw unwritable(file, error)
  }
}

/** Tries the place of the report before anything is sent: afterwards nobody can read any more what the person held. */
async function refuseUnwritable(file: string): Promise<void> {
  const path = resolve(file)
  try {
    const found = await stat(path).catch(() => undefined)
    await access(found ? path : dirname(path), constants.W_OK)
    if (found?.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' })
  } catch (error) {
    throw unwritable(file, error)
  }
}

const unwritable = (file: string, error: unknown): ConnectorError =>
  new ConnectorError('invalid-argument', 'write report', `the file ${file} ${whyNotMade(error)}`, error)
