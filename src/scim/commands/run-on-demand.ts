import type { CommandCall } from '../../sdk/cli/command.ts'
import { ConnectorError, exitCodeOf } from '../../sdk/ground/errors.ts'
import { printable } from '../../sdk/text/printable.ts'
import type { ScimSettings } from '../config/fields.ts'
import type { Engine } from '../cycle/engine.ts'
import { type Demand, provisionOnDemand } from '../cycle/on-demand.ts'
import { sourceCall } from '../cycle/read-source.ts'
import type { Kind } from '../model.ts'
import type { SourceFind } from '../source.ts'
import { copyState, openState } from '../state/open-state.ts'
import { engineOf, openSetup } from './open-setup.ts'
import { onDemandJson, writeOnDemand } from './output/on-demand-text.ts'
import { showProgress } from './output/progress-line.ts'

export interface OnDemandSettings {
  /** `undefined` leaves it to what the source finds. */
  readonly kind: Kind | undefined
  readonly dryRun: boolean
}

/** The limit of other provisioning services; more users are the work of a cycle. */
const MOST_USERS = 5
const OPERATION = 'provision on demand'

/** Provisions one object now and shows its steps. Gives the exit code. */
export async function runOnDemand(
  call: CommandCall,
  settings: ScimSettings,
  { kind, dryRun }: OnDemandSettings,
): Promise<number> {
  const { process, progress, stdout, words, config } = call
  const [reference = '', ...users] = words
  if (users.length > MOST_USERS)
    throw new ConnectorError(
      'invalid-argument',
      OPERATION,
      `takes up to ${MOST_USERS} users; scim apply provisions all of them`,
    )
  const setup = await openSetup(settings, call)
  const isDry = dryRun || setup.config.mode === 'dry'
  const state = isDry ? copyState(setup.config.state) : openState(setup.config.state)
  try {
    const engine = engineOf(setup, state, call, showProgress(progress, process.clock))
    const { notes, ...demand } = await findDemand(engine, { reference, users, kind }, process.signal)
    const { records, held } = await provisionOnDemand(engine, demand, {
      act: !isDry,
      stop: process.signal,
      halt: new AbortController().signal,
    })
    progress('')
    const view = {
      source: engine.source.name,
      target: engine.target.url,
      dryRun: isDry,
      requests: engine.target.traffic().requests,
      notes,
      records,
    }
    if (config['output'] === 'json') stdout.write(onDemandJson(view))
    else writeOnDemand(stdout, view)
    return held || records.some(({ status }) => status === 'failure') ? exitCodeOf('aborted') : 0
  } finally {
    state.close()
  }
}

interface Wanted {
  readonly reference: string
  readonly users: readonly string[]
  readonly kind: Kind | undefined
}

/** Errors: `not-found` where the source has no such object; `invalid-argument` where the name fits several. */
async function findDemand(
  engine: Engine,
  { reference, users, kind }: Wanted,
  signal: AbortSignal,
): Promise<Demand & { readonly notes: readonly string[] }> {
  if (kind === 'user' && users.length > 0)
    throw new ConnectorError('invalid-argument', OPERATION, 'users can be named behind a group only')
  const kinds: readonly Kind[] = users.length > 0 ? ['group'] : kind === undefined ? ['user', 'group'] : [kind]
  const found: { readonly kind: Kind; readonly found: SourceFind }[] = []
  for (const one of kinds)
    for (const object of await engine.source.find(one, reference, sourceCall(engine, signal)))
      found.push({ kind: one, found: object })
  const demand = onlyOne(engine, found, kinds.length > 1 ? 'user or group' : String(kinds[0]), reference)
  const direct = new Set(demand.found.members.map(({ member }) => member))
  const members = new Map<string, SourceFind>()
  const notes = gapsOf(demand.found)
  for (const user of users) {
    const one = onlyOne(engine, await engine.source.find('user', user, sourceCall(engine, signal)), 'user', user)
    members.set(one.object.id, one)
    notes.push(...gapsOf(one))
    if (!direct.has(one.object.id))
      notes.push(`${printable(user)} is no direct member of ${printable(reference)} at the source`)
  }
  return { ...demand, users: [...members.values()], notes: [...new Set(notes)] }
}

const gapsOf = ({ gaps = [] }: SourceFind): string[] =>
  gaps.map((gap) => `the source was not read in full, so that nobody is taken away: ${gap}`)

function onlyOne<T>({ source }: Engine, found: readonly T[], what: string, reference: string): T {
  const [one, ...more] = found
  const name = printable(reference)
  if (one === undefined) throw new ConnectorError('not-found', OPERATION, `${source.name} has no ${what} ${name}`)
  if (more.length > 0)
    throw new ConnectorError(
      'invalid-argument',
      OPERATION,
      `${source.name} has ${found.length} objects that ${name} could mean; name it by its id at the source, or say --kind`,
    )
  return one
}
