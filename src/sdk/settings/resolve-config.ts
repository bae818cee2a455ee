import { resolve } from 'node:path'
import { ConnectorError } from '../ground/errors.ts'
import { refusedWord } from '../text/refused-word.ts'
import { type ConfigOf, envNameOf, type Field, type StringField } from './field.ts'
import { Secret } from '../ground/secret.ts'
import type { ConfigFile } from './config-file.ts'
import { configFileProblem, readConfigFile } from './config-file.ts'
import type { Plain } from './field-value.ts'
import { chosenOf } from './field-value.ts'
import { type Files, isStop } from './files.ts'
import type { Problem } from './problem.ts'
import { problemOf, subjectOf, throwProblems } from './problem.ts'
import type { Redactor } from './redactor.ts'
import { findCredential, isSecret, readSecretFile, secretFileFieldOf, withSecretFiles } from './secret-file.ts'
import type { FlagTexts, Layers, Setting } from './setting.ts'
import { findSetting } from './setting.ts'
import { strangeKeys, strangeVariables } from './strange-names.ts'

/**
 * A condition between fields. Sees each field's value, or `undefined` where it is unset or wrong by itself; of a secret only `true`.
 * A problem of a field that is wrong by itself already is passed over.
 */
export type Rule = (values: ReadonlyMap<string, Plain>) => readonly Problem[] | Promise<readonly Problem[]>

export interface ConfigInput {
  readonly flags: FlagTexts
  /** Found while reading the command line; reported together with the rest. */
  readonly problems: readonly Problem[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly files: Files
  readonly redactor: Redactor
  readonly rules: readonly Rule[]
  /** Every field there is, where a command reads only some: the names of the others are known, their values not looked at. @default the fields read */
  readonly known?: readonly Field[]
  /** Names of required fields that another field stands in for where it is set. @default none */
  readonly instead?: { readonly of: readonly string[]; readonly by: string }
  /** Whether a config file of settings is read at all. @default true */
  readonly readsFile?: boolean
}

export interface ResolvedConfig<Fields extends readonly Field[]> {
  readonly values: ConfigOf<Fields>
  /** Sentences for the log. */
  readonly warnings: readonly string[]
  /**
   * Reads a secret again from the file it came from, for a credential that is exchanged while the program runs; `undefined` where it came as a value.
   *
   * Errors: `invalid-argument` where the file cannot be read any more.
   */
  readonly reread: (name: string) => Promise<Secret | undefined>
}

/**
 * Decides every field: flag, then variable, then config file, then default.
 *
 * Errors: `invalid-argument` with every problem on a line of its own; secrets are never quoted.
 */
export async function resolveConfig<const Fields extends readonly Field[]>(
  fields: Fields,
  input: ConfigInput,
): Promise<ResolvedConfig<Fields>> {
  const problems: Problem[] = [...input.problems]
  const all = withSecretFiles(input.known ?? fields)
  const file = input.readsFile === false ? undefined : await openConfigFile(all, input, problems)
  const layers: Layers = { flags: input.flags, env: input.env, file }
  if (file) problems.push(...strangeKeys(file, all))

  const values = new Map<string, Plain | Secret>()
  const secretPaths = new Map<string, string>()
  const optional = standIn(fields, layers, input)
  for (const declared of fields) {
    const field = optional.has(declared.name) ? { ...declared, required: false } : declared
    const found = isSecret(field)
      ? await resolveSecret(field, layers, input, secretPaths)
      : await resolvePlain(field, layers, input)
    if (found.problem !== undefined) problems.push(problemOf(field, found.problem))
    else if (found.value !== undefined) values.set(field.name, found.value)
  }
  const plain = new Map([...values].map(([name, value]) => [name, value instanceof Secret ? true : value] as const))
  // What is wrong with a value already is not also missing.
  const subjects = new Set(problems.map(({ subject }) => subject))
  for (const rule of input.rules) problems.push(...(await rule(plain)).filter(({ subject }) => !subjects.has(subject)))
  throwProblems(problems)

  for (const field of fields) if (!values.has(field.name)) fillUnset(field, values)
  return {
    // The type is computed from the same fields that filled the map, which the compiler cannot follow.
    values: Object.freeze(Object.fromEntries(values)) as ConfigOf<Fields>,
    warnings: strangeVariables(input.env, all),
    reread: async (name) => {
      const path = secretPaths.get(name)
      const field = fields.find((candidate) => candidate.name === name)
      if (path === undefined || field === undefined || !isSecret(field)) return undefined
      const secret = await readSecretFile(field, path, input.cwd, input.files)
      input.redactor.add(secret)
      return secret
    },
  }
}

/** Fields that need not be given, since another one is. */
function standIn(fields: readonly Field[], layers: Layers, { instead }: ConfigInput): ReadonlySet<string> {
  const by = fields.find(({ name }) => name === instead?.by)
  return new Set(by && findSetting(by, layers) ? instead?.of : [])
}

type Found = { readonly value?: Plain | Secret; readonly problem?: string }

async function resolvePlain(field: Field, layers: Layers, input: ConfigInput): Promise<Found> {
  const setting = findSetting(field, layers)
  if (!setting) return unset(field)
  const found = plainOf(setting)
  if (typeof found.value !== 'string' || field.kind !== 'string' || field.path !== 'existing-directory') return found
  const isThere = await input.files.isDirectory(resolve(input.cwd, found.value)).catch(() => false)
  return isThere
    ? found
    : { problem: `must name an existing directory, got ${refusedWord(found.value)}${from(setting)}` }
}

async function resolveSecret(
  field: StringField,
  layers: Layers,
  input: ConfigInput,
  paths: Map<string, string>,
): Promise<Found> {
  const direct = findSetting(field, layers)
  if (direct?.text !== undefined) input.redactor.add(new Secret(direct.text))
  const byFile = findSetting(secretFileFieldOf(field), layers)
  const credential = await findCredential(field, input.env, input.files)
  const given = [direct?.where, byFile?.where, credential === undefined ? undefined : `the file ${credential}`].filter(
    (where) => where !== undefined,
  )
  if (given.length > 1) return { problem: `is given more than once, by ${given.join(' and by ')}; keep one of them` }
  if (direct) {
    const { value, problem } = plainOf(direct)
    return typeof value === 'string' ? { value: new Secret(value) } : problem === undefined ? {} : { problem }
  }
  const named: Found = byFile ? plainOf(byFile) : credential === undefined ? {} : { value: credential }
  if (named.problem !== undefined) return { problem: `the name of its file ${named.problem}` }
  if (typeof named.value !== 'string') return byFile ? {} : unset(field)
  paths.set(field.name, named.value)
  try {
    const value = await readSecretFile(field, named.value, input.cwd, input.files)
    input.redactor.add(value)
    return { value }
  } catch (error) {
    if (isStop(error)) throw error
    return { problem: ConnectorError.from(error, 'configuration').detail }
  }
}

/** A flag without its value is neither a value nor a further problem. */
function plainOf(setting: Setting): { readonly value?: Plain; readonly problem?: string } {
  if (!setting.parsed) return {}
  return 'problem' in setting.parsed ? { problem: setting.parsed.problem + from(setting) } : setting.parsed
}

const from = (setting: Setting): string => (setting.source === 'flag' ? '' : `, from ${setting.where}`)

function unset(field: Field): Found {
  if (field.required !== true) return {}
  if (!isSecret(field)) return { problem: 'is required; see --help' }
  const companion = secretFileFieldOf(field)
  return {
    problem: `is required; a file that holds it can be named with --${companion.name} (${envNameOf(companion)})`,
  }
}

function fillUnset(field: Field, values: Map<string, Plain | Secret>): void {
  if (field.kind === 'bool') values.set(field.name, false)
  else if (field.kind === 'string-list') values.set(field.name, [])
  else if (field.default !== undefined)
    values.set(field.name, field.kind === 'int' ? chosenOf(field, field.default) : field.default)
}

async function openConfigFile(
  fields: readonly Field[],
  input: ConfigInput,
  problems: Problem[],
): Promise<ConfigFile | undefined> {
  const field = fields.find((candidate) => candidate.name === 'config')
  const setting = field && findSetting(field, { ...input, file: undefined })
  // Given without its name or empty: reported already, and another file must not step in for it.
  const named = setting && plainOf(setting).value
  if (setting && typeof named !== 'string') return undefined
  try {
    return await readConfigFile(typeof named === 'string' ? named : undefined, input.cwd, input.files)
  } catch (error) {
    if (isStop(error)) throw error
    problems.push(configFileProblem(error, field ? subjectOf(field) : 'config file'))
    return undefined
  }
}
