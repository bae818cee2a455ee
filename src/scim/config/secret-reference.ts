import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { Secret } from '../../sdk/ground/secret.ts'

/** Where a secret is; never the secret itself. It is read when it is needed, so that it can be exchanged while the program runs. */
export interface SecretReference {
  /** The setting in the words of the reader: `target.token_file`, `--token-file`. */
  readonly setting: string
  /** `shown` is the path as it was written. */
  readonly file?: { readonly path: string; readonly shown: string } | undefined
  /** Name of a variable. */
  readonly env?: string | undefined
  /** Where neither is given: this file in `$CREDENTIALS_DIRECTORY`, else this variable. */
  readonly fallback?: { readonly credential: string; readonly env: string } | undefined
}

/** The fallback of the target's token. */
export const TOKEN_FALLBACK = { credential: 'scim-token', env: 'BATON_SCIM_TOKEN' } as const

/**
 * Reads a secret, without the line break at its end.
 *
 * Errors: `invalid-argument` where it is nowhere or empty, a sentence that never quotes the text.
 */
export async function readSecret(
  reference: SecretReference,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Secret> {
  const { setting, file, fallback } = reference
  if (file) return secretOf(setting, await textOfFile(setting, file.path, file.shown), `the file ${file.shown}`)
  if (reference.env !== undefined) return fromVariable(setting, reference.env, env)
  const directory = env['CREDENTIALS_DIRECTORY'] ?? ''
  if (fallback && directory !== '') {
    const path = join(directory, fallback.credential)
    const text = await textOfFile(setting, path, path, true)
    if (text !== undefined) return secretOf(setting, text, `the file ${path}`)
  }
  if (fallback && (env[fallback.env] ?? '') !== '') return fromVariable(setting, fallback.env, env)
  throw invalid(
    setting,
    `is needed: name a file that holds the secret${fallback ? `, or give it by the variable ${fallback.env}` : ''}`,
  )
}

/** What may stand in a header as a token (RFC 6750 and what servers make in fact): letters, digits and signs of ASCII. */
const TOKEN = /^[\x21-\x7e]+$/

/** Reads a bearer token. Errors: as `readSecret`, and for a text that cannot be one. */
export async function readTokenSecret(
  reference: SecretReference,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Secret> {
  const token = await readSecret(reference, env)
  if (!TOKEN.test(token.reveal()))
    throw invalid(
      reference.setting,
      'the token holds a blank or a sign that no token has; copy it again, and nothing else',
    )
  return token
}

const fromVariable = (setting: string, name: string, env: Readonly<Record<string, string | undefined>>): Secret =>
  secretOf(setting, env[name] ?? '', `the variable ${name}`)

function secretOf(setting: string, text: string | undefined, where: string): Secret {
  const value = text?.replace(/\r?\n$/, '') ?? ''
  if (value === '') throw invalid(setting, `${where} is empty`)
  if (/[\r\n\0]/.test(value)) throw invalid(setting, `${where} holds more than one line`)
  return new Secret(value)
}

async function textOfFile(
  setting: string,
  path: string,
  shown: string,
  mayBeMissing = false,
): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (mayBeMissing && code === 'ENOENT') return undefined
    throw invalid(setting, `the file ${shown} ${WHY[code] ?? `cannot be read (${code || 'unknown reason'})`}`)
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EISDIR: 'is a directory',
}

const invalid = (setting: string, detail: string): ConnectorError =>
  new ConnectorError('invalid-argument', 'configuration', `${setting}: ${detail}`)
