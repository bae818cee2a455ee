import { join, resolve } from 'node:path'
import { ConnectorError } from '../ground/errors.ts'
import type { Field, StringField } from './field.ts'
import { maySay } from '../text/refused-word.ts'
import { Secret } from '../ground/secret.ts'
import type { Files } from './files.ts'
import { isStop, whyUnreadable } from './files.ts'
import { parseTexts } from './field-value.ts'

/** A secret field's companion that names a file with the value, for example `--api-key-file`. */
export const secretFileFieldOf = (field: StringField): StringField => ({
  name: `${field.name}-file`,
  kind: 'string',
  displayName: `${field.displayName} file`,
  description: `File that holds the value of --${field.name}, so that no process list shows it`,
  path: 'file',
})

/** The fields and the companions of the secret ones: everything that can be set. */
export const withSecretFiles = (fields: readonly Field[]): readonly Field[] =>
  fields.flatMap((field): readonly Field[] => (isSecret(field) ? [field, secretFileFieldOf(field)] : [field]))

export const isSecret = (field: Field): field is StringField => field.kind === 'string' && field.secret === true

/** The file that systemd or a container runtime put into the credentials directory for this field, if there is one. */
export async function findCredential(
  field: StringField,
  env: Readonly<Record<string, string | undefined>>,
  files: Files,
): Promise<string | undefined> {
  const directory = env['CREDENTIALS_DIRECTORY']
  if (directory === undefined || directory === '') return undefined
  const path = join(directory, field.name)
  // No file of that name means that no credential was handed over; anything else shows itself when the value is read.
  return (await files.isThere(path)) ? path : undefined
}

/**
 * Reads a secret from its file. One line break at the end is not part of the value.
 *
 * Errors: `invalid-argument`, its detail a sentence about the file that never quotes its text.
 */
export async function readSecretFile(field: StringField, path: string, cwd: string, files: Files): Promise<Secret> {
  let text: string
  try {
    text = await files.readText(resolve(cwd, path))
  } catch (error) {
    if (isStop(error)) throw error
    throw invalid(`${fileNamed(path)} ${whyUnreadable(error)}`)
  }
  const value = text.replace(/\r?\n$/, '')
  if (value === '') throw invalid(`the file ${path} is empty`)
  const parsed = parseTexts(field, [value])
  if ('problem' in parsed) throw invalid(`the text in the file ${path} ${parsed.problem}`)
  return new Secret(value)
}

/** A file that cannot be read: whoever mistakes the flag for that of the value itself gives the secret in place of a name. */
const fileNamed = (path: string): string =>
  maySay(path) ? `the file ${path}` : 'the file that is named (its name is not shown, as it may be the secret itself)'

const invalid = (detail: string): ConnectorError => new ConnectorError('invalid-argument', 'configuration', detail)
