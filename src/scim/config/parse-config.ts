import { resolve } from 'node:path'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { isLoopback } from '../../sdk/http/is-loopback.ts'
import { compileMapping } from '../map/compile-mapping.ts'
import type { Kind } from '../model.ts'
import type { CompiledFilter, ScopingFilter } from '../scope/filter.ts'
import { compileFilters } from '../scope/filter.ts'
import type { KindConfig, NotifyConfig, ScimConfig } from './config.ts'
import { intervalMs, ScimFile } from './file-schema.ts'
import type { ConfigProblem } from './issue-text.ts'
import { placeText, problemsOf, unknownKey } from './issue-text.ts'
import { keyNamesOf } from './key-names.ts'
import type { SecretReference } from './secret-reference.ts'
import { TOKEN_FALLBACK } from './secret-reference.ts'
import { readTargetUrl } from '../target/target-url.ts'
import { profileOf } from './addresses.ts'
import { readYaml } from './yaml-source.ts'

export interface ConfigPlace {
  /** For people: the path of the file as it was given. */
  readonly name: string
  /** Absolute; paths in the file are relative to it. */
  readonly folder: string
}

/**
 * Reads `scim.yaml`.
 *
 * Errors: `invalid-argument` with every problem on a line of its own, each with the line of the file.
 */
export function parseConfig(text: string, place: ConfigPlace): ScimConfig {
  const names = keyNamesOf(ScimFile)
  const source = readYaml(text, place.name, names)
  const fail = (problems: readonly ConfigProblem[]): never => {
    const lines = problems
      .map((problem) => ({ line: source.lineOf(problem.path), text: problem.text }))
      .sort((a, b) => a.line - b.line)
      .map((problem) => `${place.name}, line ${problem.line}: ${problem.text}`)
    const detail = lines.length === 1 ? lines.join('') : [`${lines.length} problems`, ...lines].join('\n  ')
    throw new ConnectorError('invalid-argument', 'configuration', detail)
  }
  const parsed = ScimFile.safeParse(source.value)
  const misspelt = source.misspelt.map((path) => unknownKey(path, source.value, names))
  if (!parsed.success) return fail([...misspelt, ...problemsOf(parsed.error.issues, source.value, names)])
  const problems: ConfigProblem[] = [...misspelt]
  const config = configOf(parsed.data, place, problems)
  return problems.length > 0 ? fail(problems) : config
}

function configOf(file: ScimFile, place: ConfigPlace, problems: ConfigProblem[]): ScimConfig {
  const { target, scope } = file
  const parsedUrl = readTargetUrl(target.url)
  const url = 'url' in parsedUrl ? parsedUrl.url : target.url
  const profile = target.profile ?? profileOf(url)
  const secret = (path: readonly string[], key: 'token' | 'password', given: object): SecretReference =>
    secretOf(path, key, given, place, problems)
  const filters = (key: 'users' | 'groups'): readonly CompiledFilter[] => filtersOf(scope[key], key, problems)
  return {
    origin: place.name,
    folder: place.folder,
    target: {
      url,
      token: { ...secret(['target'], 'token', target), fallback: TOKEN_FALLBACK },
      profile,
      rate: target.rate,
    },
    state: resolve(place.folder, file.state),
    source: file.source,
    scope: {
      mode: scope.mode,
      defaultAccess: scope.defaultAccess === 'include',
      filters: { user: filters('users'), group: filters('groups') },
    },
    nestedGroups: file.nestedGroups,
    users: kindOf('user', { ...file.users, enabled: true }, profile, problems),
    groups: kindOf('group', file.groups, profile, problems),
    onLeave: file.onLeave,
    deletionGuard: file.deletionGuard,
    quarantine: file.quarantine,
    notify: file.notify && notifyOf(file.notify, place, secret, problems),
    intervalMs: intervalMs(file.interval),
    mode: file.mode,
  }
}

/** Checks what stands in the file already; what comes from the source is checked when that is open. */
function kindOf(
  kind: Kind,
  settings: ScimFile['groups'] | (ScimFile['users'] & { readonly enabled: true }),
  profile: 'twingate' | 'generic',
  problems: ConfigProblem[],
): KindConfig {
  const { enabled, actions, match, mapping } = settings
  const key = `${kind}s`
  if (mapping) {
    const result = compileMapping(kind, mapping, { profile, match })
    if ('problems' in result)
      problems.push(
        ...result.problems.map((problem) => ({
          path: [key, 'mapping', problem.line, problem.key].filter((step) => step !== undefined),
          text: problem.text,
        })),
      )
  }
  return { enabled, actions, match, mapping }
}

function filtersOf(filters: readonly ScopingFilter[], key: 'users' | 'groups', problems: ConfigProblem[]) {
  const result = compileFilters(filters)
  if ('filters' in result) return result.filters
  for (const problem of result.problems) {
    const path = ['scope', key, problem.filter, 'all', problem.clause, problem.key]
    problems.push({ path, text: `${placeText(path)}: ${problem.text}` })
  }
  return []
}

function secretOf(
  path: readonly string[],
  key: 'token' | 'password' | 'url',
  given: object,
  place: ConfigPlace,
  problems: ConfigProblem[],
): SecretReference {
  const { [`${key}File`]: file, [`${key}Env`]: env } = given as Readonly<Record<string, string | undefined>>
  const setting = placeText([...path, `${key}File`])
  if (file !== undefined && env !== undefined)
    problems.push({
      path: [...path, `${key}Env`],
      text: `${setting} and ${placeText([...path, `${key}Env`])} are both given; keep one of them`,
    })
  return { setting, file: file === undefined ? undefined : { path: resolve(place.folder, file), shown: file }, env }
}

function notifyOf(
  { webhook, email }: NonNullable<ScimFile['notify']>,
  place: ConfigPlace,
  secret: (path: readonly string[], key: 'token' | 'password', given: object) => SecretReference,
  problems: ConfigProblem[],
): NotifyConfig {
  const at = ['notify', 'webhook']
  if (webhook && (webhook.url === undefined) === (webhook.urlFile === undefined))
    problems.push({ path: at, text: 'notify.webhook needs either url or url_file' })
  const hasPassword = email?.passwordFile !== undefined || email?.passwordEnv !== undefined
  if (email && (email.user !== undefined) !== hasPassword)
    problems.push({ path: ['notify', 'email'], text: 'notify.email: user and password_file come together' })
  if (email?.security === 'none' && !isLoopback(email.host))
    problems.push({
      path: ['notify', 'email', 'security'],
      text: 'notify.email.security: none is for a mail server on this machine only, as names and the password would be readable on the way; use starttls or tls',
    })
  return {
    webhook:
      webhook?.url === undefined
        ? webhook && { urlFrom: secretOf(at, 'url', webhook, place, problems) }
        : { url: webhook.url },
    email: email && {
      host: email.host,
      port: email.port,
      security: email.security,
      from: email.from,
      to: typeof email.to === 'string' ? [email.to] : email.to,
      user: email.user,
      password: hasPassword ? secret(['notify', 'email'], 'password', email) : undefined,
    },
  }
}
