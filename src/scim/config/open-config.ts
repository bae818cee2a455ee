import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { ScimConfig } from './config.ts'
import type { ScimSettings } from './fields.ts'
import { DEFAULT_CONFIG } from './fields.ts'
import { configFromFlags, quickFlags } from './from-flags.ts'
import { parseConfig } from './parse-config.ts'

/**
 * The configuration of a call: the file that was named, else what the flags say, else `./scim.yaml`.
 *
 * Errors: `invalid-argument` with every problem; `not-found` where there is no file and no flag.
 */
export async function openConfig(settings: ScimSettings, cwd: string): Promise<ScimConfig> {
  const quick = quickFlags(settings)
  const named = settings.config
  if (named !== undefined && quick.length > 0)
    throw invalid(`${quick.join(', ')} cannot be given with --config; say it in ${named}, or leave out --config`)
  if (quick.length > 0) return configFromFlags(settings, cwd)
  const name = named ?? DEFAULT_CONFIG
  const path = resolve(cwd, name)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    if (code === 'ENOENT' && named === undefined)
      throw new ConnectorError(
        'not-found',
        'configuration',
        `there is no ${DEFAULT_CONFIG} here; scim init writes one, --config names another, or give --people, --target, --token-file and --state`,
      )
    throw invalid(`the file ${name} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}`)
  }
  return parseConfig(text, { name, folder: dirname(path) })
}

const invalid = (detail: string): ConnectorError => new ConnectorError('invalid-argument', 'configuration', detail)
