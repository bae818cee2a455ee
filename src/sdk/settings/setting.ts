import type { Field } from './field.ts'
import { envNameOf, mayComeFrom } from './field.ts'
import type { ConfigFile } from './config-file.ts'
import type { Parsed } from './field-value.ts'
import { parseTexts, parseYamlValue } from './field-value.ts'

/** Texts given on the command line by field name. An empty list marks a flag whose value is missing, which is a problem already. */
export type FlagTexts = ReadonlyMap<string, readonly string[]>

export interface Layers {
  readonly flags: FlagTexts
  readonly env: Readonly<Record<string, string | undefined>>
  readonly file: ConfigFile | undefined
}

/** A field that somebody set, and where. */
export interface Setting {
  /** In the user's words, for example `the variable BATON_FILE`. */
  readonly where: string
  readonly source: 'flag' | 'env' | 'file'
  /** Absent for a flag without its value. */
  readonly parsed?: Parsed
  /** What was written, for the redactor; absent where it was no text. */
  readonly text?: string
}

/** What a field is set to: the flag before the variable before the config file before the Go SDK's older variable. An empty variable counts as unset. */
export function findSetting(field: Field, { flags, env, file }: Layers): Setting | undefined {
  const texts = flags.get(field.name)
  if (texts !== undefined) {
    const where = `the flag --${field.name}`
    const text = texts.at(-1)
    return text === undefined
      ? { where, source: 'flag' }
      : { where, source: 'flag', parsed: parseTexts(field, texts), text }
  }
  return (
    fromVariable(field, envNameOf(field), mayComeFrom(field, 'env') ? env : {}) ??
    fromFile(field, mayComeFrom(field, 'file') ? file : undefined) ??
    fromVariable(field, field.fallbackEnv ?? '', env)
  )
}

function fromVariable(field: Field, name: string, env: Layers['env']): Setting | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  return { where: `the variable ${name}`, source: 'env', parsed: parseTexts(field, [text]), text }
}

function fromFile(field: Field, file: ConfigFile | undefined): Setting | undefined {
  if (!file?.values.has(field.name)) return undefined
  const value = file.values.get(field.name)
  const parsed = parseYamlValue(field, value)
  const where = `the file ${file.path}`
  return typeof value === 'string' ? { where, source: 'file', parsed, text: value } : { where, source: 'file', parsed }
}
