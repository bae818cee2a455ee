import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ConnectorError } from '../../ground/errors.ts'
import { Secret } from '../../ground/secret.ts'
import { mayBeSecret } from '../../text/may-be-secret.ts'
import type { Field, StringField } from '../field.ts'
import { parseTexts } from '../field-value.ts'
import { type Files, isStop, whyUnreadable } from '../files.ts'
import { type Problem, throwProblems } from '../problem.ts'
import type { Redactor } from '../redactor.ts'
import { isSecret, readSecretFile } from '../secret-file.ts'
import { parseTenants, type PlacedTenant, tenantProblem } from './parse-tenants.ts'
import { inShard, type Shard } from './shard.ts'

/** Names of the connector's own settings that a tenant of the file fills in. */
export interface TenantSettings {
  readonly network: string
  readonly key: string
  readonly url: string
}

/** What one tenant sets in place of flags and variables. */
export interface Tenant {
  readonly name: string
  /** By name of the setting: network, key, address and snapshot file. */
  readonly settings: Readonly<Record<string, string | Secret>>
  /** Reads the key again from its file; `undefined` where it came from a variable. */
  readonly reread: () => Promise<Secret | undefined>
  /** Which setting of the file the key came from. */
  readonly keyIn: 'key_file' | 'key_env'
}

export interface OpenTenantsInput {
  /** As the user named the file. */
  readonly path: string
  /** @default all tenants */
  readonly shard?: Shard
  readonly settings: TenantSettings
  /** The connector's own fields, which know what a value must look like. */
  readonly fields: readonly Field[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly files: Files
  readonly redactor: Redactor
}

const SUBJECT = '--tenants (BATON_TENANTS)'
const MOST_CHARS = 8 * 1024 * 1024

/**
 * The tenants of a file, or those of one shard, each with its own key. Nothing is sent.
 *
 * Errors: `invalid-argument` with every problem on a line of its own: a file that is missing or says something else, two tenants of one name or one
 * snapshot file, a key that is not there. Keys are read for the tenants of the shard alone, so that no shard needs those of another.
 */
export async function openTenants(input: OpenTenantsInput): Promise<readonly Tenant[]> {
  const parsed = parseTenants(await textOf(input), input.path)
  if ('problems' in parsed) return refuse(parsed.problems)
  const problems: Problem[] = [...sameTargets(parsed.tenants, input)]
  const own = input.shard ? inShard(parsed.tenants, input.shard) : parsed.tenants
  const tenants: Tenant[] = []
  for (const placed of own) {
    const opened = await openTenant(placed, input)
    if ('problems' in opened) problems.push(...opened.problems)
    else tenants.push(opened)
  }
  return problems.length > 0 ? refuse(problems) : tenants
}

/** Only an empty list of problems lets `throwProblems` pass. */
function refuse(problems: readonly Problem[]): never {
  throwProblems(problems)
  throw new ConnectorError('internal', 'configuration', 'a file of tenants was refused without a problem')
}

async function textOf({ path, cwd, files }: OpenTenantsInput): Promise<string> {
  const problem = (text: string): never => refuse([{ subject: SUBJECT, text }])
  let text: string
  try {
    text = await files.readText(resolve(cwd, path))
  } catch (error) {
    if (isStop(error)) throw error
    return problem(`the file ${path} ${whyUnreadable(error)}`)
  }
  return text.length > MOST_CHARS ? problem(`the file ${path} is longer than 8 MiB`) : text
}

const targetOf = ({ entry }: PlacedTenant, { path, cwd }: OpenTenantsInput): string =>
  resolve(cwd, dirname(path), entry.file)

/** Two tenants in one file would take each other's place at every run. */
function sameTargets(tenants: readonly PlacedTenant[], input: OpenTenantsInput): readonly Problem[] {
  const first = new Map<string, PlacedTenant>()
  return tenants.flatMap((tenant) => {
    const target = realPath(targetOf(tenant, input))
    const other = first.get(target)
    first.set(target, other ?? tenant)
    return other
      ? [tenantProblem(input.path, tenant, `its file ${tenant.entry.file} is that of tenant ${other.entry.name}`)]
      : []
  })
}

/** Also of what is not there yet. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path))
  }
}

async function openTenant(
  placed: PlacedTenant,
  input: OpenTenantsInput,
): Promise<Tenant | { readonly problems: readonly Problem[] }> {
  const { entry } = placed
  const names = input.settings
  const texts = { [names.network]: entry.network, ...(entry.base_url !== undefined && { [names.url]: entry.base_url }) }
  const said = { [names.network]: 'network', [names.url]: 'base_url' }
  const problems = Object.entries(texts).flatMap(([name, text]) => {
    const parsed = parseTexts(fieldOf(name, input), [text])
    return 'problem' in parsed ? [`${said[name] ?? name} ${parsed.problem}`] : []
  })
  const found = await keyOf(placed, input)
  if ('problem' in found) problems.push(found.problem)
  if ('problem' in found || problems.length > 0)
    return { problems: problems.map((text) => tenantProblem(input.path, placed, text)) }
  const settings = { ...texts, [names.key]: found.key, file: targetOf(placed, input) }
  return {
    ...{ name: entry.name, settings, reread: found.reread },
    keyIn: entry.key_file === undefined ? 'key_env' : 'key_file',
  }
}

type FoundKey =
  { readonly key: Secret; readonly reread: () => Promise<Secret | undefined> } | { readonly problem: string }

async function keyOf({ entry }: PlacedTenant, input: OpenTenantsInput): Promise<FoundKey> {
  const field = keyField(input)
  const { key_file: file, key_env: variable = '' } = entry
  if (file === undefined) return keyInVariable(variable, field, input)
  const folder = resolve(input.cwd, dirname(input.path))
  const read = async (): Promise<Secret> => {
    const key = await readSecretFile(field, file, folder, input.files)
    input.redactor.add(key)
    return key
  }
  try {
    return { key: await read(), reread: read }
  } catch (error) {
    if (isStop(error)) throw error
    return { problem: ConnectorError.from(error, 'configuration').detail }
  }
}

/** As variables are usually named; a key is hardly ever. */
const NAME_OF_VARIABLE = /^[A-Z_][A-Z0-9_]*$/

function keyInVariable(variable: string, field: StringField, { env, redactor }: OpenTenantsInput): FoundKey {
  const value = env[variable]
  // Whoever mistakes the setting for the key itself gives that in place of a name.
  const named =
    !NAME_OF_VARIABLE.test(variable) || variable.split('_').some(mayBeSecret)
      ? 'the variable that key_env names (its name is not shown, as it may be the key itself)'
      : `the variable ${variable}`
  if (value === undefined || value === '') return { problem: `${named} is not set` }
  const key = new Secret(value)
  redactor.add(key)
  const parsed = parseTexts(field, [value])
  return 'problem' in parsed
    ? { problem: `the text in ${named} ${parsed.problem}` }
    : { key, reread: async () => undefined }
}

function fieldOf(name: string, { fields }: OpenTenantsInput): Field {
  const field = fields.find((candidate) => candidate.name === name)
  if (!field) throw new ConnectorError('internal', 'configuration', `this program has no setting ${name}`)
  return field
}

function keyField(input: OpenTenantsInput): StringField {
  const field = fieldOf(input.settings.key, input)
  if (!isSecret(field)) throw new ConnectorError('internal', 'configuration', `the setting ${field.name} is no secret`)
  return field
}
