import { resolve } from 'node:path'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { KindConfig, ScimConfig } from './config.ts'
import type { ScimSettings } from './fields.ts'
import { TOKEN_FALLBACK } from './secret-reference.ts'
import { SourceOptions } from '../sources/options.ts'
import { sourceByName } from '../sources/source-by-name.ts'
import { readTargetUrl } from '../target/target-url.ts'
import { profileOf } from './addresses.ts'

/** Flags that stand in place of a configuration file. */
const QUICK = ['people', 'groups', 'members', 'source', 'target', 'token-file', 'state', 'on-leave'] as const

/** The flags that were given in place of a file; none where the file is meant. */
export const quickFlags = (settings: ScimSettings): readonly string[] =>
  QUICK.filter((name) => settings[name] !== undefined).map((name) => `--${name}`)

/**
 * The configuration that flags describe: everybody in the files, the mapping of the source.
 *
 * Errors: `invalid-argument` with every flag that is missing or too much, on a line of its own.
 */
export function configFromFlags(settings: ScimSettings, cwd: string): ScimConfig {
  const problems: string[] = []
  const source = sourceOf(settings, problems)
  const { target, state, 'token-file': tokenFile, 'on-leave': onLeave } = settings
  if (target === undefined) problems.push('--target: is required, the address of the SCIM endpoint')
  if (state === undefined)
    problems.push('--state: is required, the file in which the engine remembers what it has done')
  const parsed = readTargetUrl(target ?? 'https://target.invalid')
  const url = 'url' in parsed ? parsed.url : ''
  if ('problem' in parsed) problems.push(`--target: ${parsed.problem}`)
  if (problems.length > 0 || source === undefined || state === undefined) throw refuse(problems)
  return {
    origin: 'the command line',
    folder: cwd,
    target: {
      url,
      token: {
        setting: '--token-file',
        file: tokenFile === undefined ? undefined : { path: resolve(cwd, tokenFile), shown: tokenFile },
        fallback: TOKEN_FALLBACK,
      },
      profile: profileOf(url),
      rate: undefined,
    },
    state: resolve(cwd, state),
    source,
    scope: { mode: 'all', defaultAccess: true, filters: { user: [], group: [] } },
    nestedGroups: 'direct',
    users: kind(true),
    groups: kind(source.type !== 'csv' || source.groups !== undefined),
    onLeave: onLeave ?? 'disable',
    deletionGuard: { count: 10, share: 0.1 },
    quarantine: 'small',
    notify: undefined,
    intervalMs: 40 * 60_000,
    mode: 'all',
  }
}

const kind = (enabled: boolean): KindConfig => ({
  enabled,
  actions: { create: true, update: true, delete: true },
  match: undefined,
  mapping: undefined,
})

function sourceOf(settings: ScimSettings, problems: string[]): SourceOptions | undefined {
  const { people, groups, members, source } = settings
  if (source !== undefined) {
    if (people !== undefined || groups !== undefined || members !== undefined)
      problems.push('--source: stands in place of --people, --groups and --members; keep one of them')
    return checked(sourceByName(source), problems)
  }
  if (people === undefined) {
    problems.push(
      '--people: is required, a csv file with externalId, userName and more; or --source with a file that holds everything',
    )
    return undefined
  }
  if ((groups === undefined) !== (members === undefined))
    problems.push(
      `${groups === undefined ? '--groups' : '--members'}: is required, as groups and members come together`,
    )
  return checked({ type: 'csv', people, groups, members }, problems)
}

function checked(options: unknown, problems: string[]): SourceOptions | undefined {
  const result = SourceOptions.safeParse(options)
  if (result.success) return result.data
  if (problems.length === 0) problems.push(...result.error.issues.map(({ message }) => `the source: ${message}`))
  return undefined
}

function refuse(problems: readonly string[]): ConnectorError {
  const detail = problems.length === 1 ? problems.join('') : [`${problems.length} problems`, ...problems].join('\n  ')
  return new ConnectorError('invalid-argument', 'configuration', detail)
}
