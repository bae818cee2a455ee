import type { CommandCall } from '../../sdk/cli/command.ts'
import { ConnectorError, exitCodeOf } from '../../sdk/ground/errors.ts'
import { printable } from '../../sdk/text/printable.ts'
import type { ScimSettings } from '../config/fields.ts'
import type { SourceFacts } from '../source.ts'
import { openState } from '../state/open-state.ts'
import { probeTarget, type TargetFacts } from '../target/probe.ts'
import { startingProfile } from '../target/profile.ts'
import { engineOf, openSetup, type Setup } from './open-setup.ts'
import { readToken, targetConnection } from './target-connection.ts'

type Tried<T> = { readonly facts: T } | { readonly failure: ConnectorError }

/** Tries the source and the target, and keeps what was learned about the target in the state. Gives the exit code. */
export async function runTest(call: CommandCall, settings: ScimSettings): Promise<number> {
  const { process, stdout, log, config: given } = call
  const { signal, clock, sleep } = process
  const setup = await openSetup(settings, call)
  const source = await tried(() => setup.source.test({ signal, clock, sleep, log }), 'test the source')
  const target = await tried(() => probe(call, setup), 'test the target')
  if ('facts' in target) remember(call, setup, target.facts)
  if (given['output'] === 'json')
    stdout.write(`${JSON.stringify({ version: 1, source: said(source), target: said(target) })}\n`)
  else {
    report(call, 'Source', source)
    report(call, 'Target', target)
    if ('facts' in target) for (const note of target.facts.notes) stdout.write(`note: ${printable(note)}\n`)
  }
  const failure = [source, target].flatMap((one) => ('failure' in one ? one.failure : []))[0]
  return failure ? exitCodeOf(failure.code) : 0
}

async function tried<T>(work: () => Promise<T>, operation: string): Promise<Tried<T>> {
  try {
    return { facts: await work() }
  } catch (error) {
    return { failure: ConnectorError.from(error, operation) }
  }
}

async function probe(call: CommandCall, { config, policy }: Setup): Promise<TargetFacts> {
  const { signal, random } = call.process
  const profile = startingProfile(config.target.profile)
  const [first] = policy.matching.user
  const matching = first === 'userName' ? first : 'externalId'
  const connection = targetConnection(config, await readToken(config, call), call)
  return probeTarget({ ...connection, profile, matching, random }, signal)
}

/** A daemon that holds the state learns by itself. */
function remember(call: CommandCall, setup: Setup, { profile }: TargetFacts): void {
  try {
    const state = openState(setup.config.state)
    try {
      engineOf(setup, state, call, () => {}).meta.set('profile', JSON.stringify(profile))
    } finally {
      state.close()
    }
  } catch (error) {
    call.log.warn('what was learned about the target is not kept', {
      detail: ConnectorError.from(error, 'test').detail,
    })
  }
}

function report({ stdout, stderr }: CommandCall, end: string, one: Tried<SourceFacts | TargetFacts>): void {
  if ('facts' in one) stdout.write(`${end}: ${printable(one.facts.summary)}\n`)
  else stderr.write(`${printable(one.failure.message)}\n`)
}

const said = (one: Tried<SourceFacts | TargetFacts>) =>
  'facts' in one ? { ok: true, ...one.facts } : { ok: false, code: one.failure.code, detail: one.failure.detail }
