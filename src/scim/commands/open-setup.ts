import type { CommandCall } from '../../sdk/cli/command.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { defaultRetryPolicy, type RetryPolicy } from '../../sdk/pacing/retry.ts'
import type { Secret } from '../../sdk/ground/secret.ts'
import type { ScimConfig } from '../config/config.ts'
import { mappingsOf, warningsOf } from '../config/mappings.ts'
import { openConfig } from '../config/open-config.ts'
import type { ScimSettings } from '../config/fields.ts'
import type { Engine, Progress } from '../cycle/engine.ts'
import { policyOf } from '../cycle/policy-of.ts'
import type { Policy } from '../plan/policy.ts'
import type { Source } from '../source.ts'
import { Meta } from '../state/meta.ts'
import type { State } from '../state/open-state.ts'
import { Operations } from '../state/operations.ts'
import { SourceImage } from '../state/source-image.ts'
import { TargetImage } from '../state/target-image.ts'
import { openTarget } from '../target/open-target.ts'
import { startingProfile, TargetProfile } from '../target/profile.ts'
import type { Target } from '../target/target.ts'
import { openConfiguredSource } from './open-source.ts'
import { readToken, targetConnection } from './target-connection.ts'

/** Both ends and the rules between them, as the configuration has it; nothing has been read or requested. */
export interface Setup {
  readonly config: ScimConfig
  readonly source: Source
  readonly policy: Policy
  /** Opens the target with what is known about it. */
  openTarget(profile?: TargetProfile): Target
}

type Call = Pick<CommandCall, 'process' | 'log' | 'hide' | 'progress'>

/** How long an end that does not answer is tried again: a person waits for a command, nobody waits for a daemon. */
export type Patience = 'short' | 'long'

const RETRY: Readonly<Record<Patience, RetryPolicy>> = {
  short: { attempts: 4, attemptsIfMalformed: 2, firstWaitMs: 1_000, mostWaitMs: 5_000 },
  long: defaultRetryPolicy,
}

/**
 * Reads the configuration and opens both ends.
 *
 * Errors: `invalid-argument` for what is wrong with it, all at once where that can be.
 */
export async function openSetup(settings: ScimSettings, call: Call, patience: Patience = 'short'): Promise<Setup> {
  const { process } = call
  const config = await openConfig(settings, process.cwd)
  const source = await openConfiguredSource(config, call, RETRY[patience])
  const mappings = mappingsOf(config, source.defaultMappings)
  for (const warning of warningsOf(mappings, config)) call.log.warn(warning)
  const policy = policyOf(config, mappings, source, process)
  const token = await readToken(config, call)
  return {
    config,
    source,
    policy,
    openTarget: (profile) => targetOf(config, profile, { token, retry: RETRY[patience] }, call),
  }
}

function targetOf(
  config: ScimConfig,
  known: TargetProfile | undefined,
  { token, retry }: { readonly token: Secret; readonly retry: RetryPolicy },
  call: Call,
): Target {
  const { profile: name, rate } = config.target
  const profile = known?.name === name ? known : startingProfile(name)
  return openTarget({
    ...targetConnection(config, token, call),
    retry,
    profile: rate === undefined ? profile : { ...profile, requestsPerSecond: rate },
  })
}

/** Sources whose files may come under another name each time; of others the name belongs to the state, too. */
const FILES: ReadonlySet<string> = new Set(['csv', 'json', 'ndjson', 'ldif', 'c1z', 'stdin'])

/**
 * Puts an engine together over a state, which it takes for its target and its source, or which already is theirs.
 *
 * Errors: `failed-precondition` for the state of another target or another source.
 */
export function engineOf(
  setup: Setup,
  { database }: State,
  call: Call,
  onProgress: (progress: Progress) => void,
): Engine {
  const meta = new Meta(database)
  const { source, policy, config } = setup
  const owner = FILES.has(source.type) ? source.type : `${source.type} ${source.name}`
  claim(database, meta, 'target', config.target.url)
  claim(database, meta, 'source', owner)
  const known = meta.get('profile')
  const profile = known === undefined ? undefined : TargetProfile.safeParse(JSON.parse(known)).data
  const { clock, sleep, random } = call.process
  return {
    ...{ database, meta, source, policy, clock, sleep, random, onProgress, log: call.log },
    target: setup.openTarget(profile),
    sourceImage: new SourceImage(database),
    targetImage: new TargetImage(database),
    operations: new Operations(database),
  }
}

/** A state that knows nothing of a side yet may belong to another one: its address was mistyped at first. */
function claim(database: State['database'], meta: Meta, side: 'target' | 'source', value: string): void {
  const owner = meta.get(side)
  if (owner === value) return
  const knows = database.prepare(`select 1 from ${side}_object limit 1`).get() !== undefined
  if (!knows && side === 'target') meta.set('profile', undefined)
  if (!knows) meta.set(side, value)
  else
    throw new ConnectorError(
      'failed-precondition',
      'open the state',
      `it belongs to the ${side} ${owner}, not to ${value}; give each pair of source and target a --state of its own`,
    )
}
