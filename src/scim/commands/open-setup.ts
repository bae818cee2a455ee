import type { CommandCall } from '../../sdk/command.ts'
import { ConnectorError } from '../../sdk/errors.ts'
import { createTransport } from '../../sdk/http/transport.ts'
import { trustedContext } from '../../sdk/http/trusted-certificates.ts'
import type { Secret } from '../../sdk/secret.ts'
import type { ScimConfig } from '../config/config.ts'
import { mappingsOf, warningsOf } from '../config/mappings.ts'
import { openConfig } from '../config/open-config.ts'
import { readSecret } from '../config/secret-reference.ts'
import type { ScimSettings } from '../config/fields.ts'
import type { Engine, Progress } from '../cycle/engine.ts'
import { policyOf } from '../cycle/policy-of.ts'
import type { Policy } from '../plan/policy.ts'
import type { Source } from '../source.ts'
import { Meta } from '../state/meta.ts'
import type { State } from '../state/open-state.ts'
import { Operations } from '../state/operations.ts'
import { SourceImage } from '../state/source-image.ts'
import { openConfiguredSource } from './open-source.ts'
import { TargetImage } from '../state/target-image.ts'
import { openTarget } from '../target/open-target.ts'
import { startingProfile, TargetProfile } from '../target/profile.ts'
import type { Target } from '../target/target.ts'

/** Both ends and the rules between them, as the configuration has it; nothing has been read or requested. */
export interface Setup {
  readonly config: ScimConfig
  readonly source: Source
  readonly policy: Policy
  /** Opens the target with what is known about it. */
  openTarget(profile?: TargetProfile): Target
}

type Call = Pick<CommandCall, 'process' | 'log' | 'hide'> & { readonly progress: CommandCall['progress'] }

const TIMEOUT_MS = 120_000
const MOST_SOCKETS = 32

/**
 * Reads the configuration and opens both ends.
 *
 * Errors: `invalid-argument` for what is wrong with it, all at once where that can be.
 */
export async function openSetup(settings: ScimSettings, call: Call): Promise<Setup> {
  const { process, hide } = call
  const config = await openConfig(settings, process.cwd)
  const source = await openConfiguredSource(config, call)
  const mappings = mappingsOf(config, source.defaultMappings)
  for (const warning of warningsOf(mappings, config)) call.log.warn(warning)
  const policy = policyOf(config, mappings, source, process)
  const readToken = async (): Promise<Secret> => {
    const token = await readSecret(config.target.token, process.env)
    hide(token)
    return token
  }
  const token = await readToken()
  return { config, source, policy, openTarget: (profile) => targetOf(config, profile, { token, readToken }, call) }
}

function targetOf(
  { target: { url, profile: name, rate } }: ScimConfig,
  known: TargetProfile | undefined,
  { token, readToken }: { readonly token: Secret; readonly readToken: () => Promise<Secret> },
  { process, log, progress }: Call,
): Target {
  const profile = known?.name === name ? known : startingProfile(name)
  const transport = createTransport({
    timeoutMs: TIMEOUT_MS,
    maxSockets: MOST_SOCKETS,
    env: process.env,
    ...(url.startsWith('https:') && { secureContext: trustedContext(process.env) }),
    peer: { operation: 'call the target', setting: 'target' },
  })
  const { clock, sleep, version } = process
  return openTarget({
    ...{ url, token, rereadToken: readToken, transport, clock, sleep, log, version },
    profile: rate === undefined ? profile : { ...profile, requestsPerSecond: rate },
    onWait: (until) => progress(`waiting for the target until ${until.toISOString().slice(11, 19)}`),
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
  claim(meta, 'target', config.target.url)
  claim(meta, 'source', owner)
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

function claim(meta: Meta, side: 'target' | 'source', value: string): void {
  const owner = meta.get(side)
  if (owner === undefined) meta.set(side, value)
  else if (owner !== value)
    throw new ConnectorError(
      'failed-precondition',
      'open the state',
      `it belongs to the ${side} ${owner}, not to ${value}; give each pair of source and target a --state of its own`,
    )
}
