import { access, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { CommandCall } from '../../sdk/cli/command.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { ScimConfig } from '../config/config.ts'
import type { ScimSettings } from '../config/fields.ts'
import { DEFAULT_CONFIG } from '../config/fields.ts'
import { configFromFlags } from '../config/from-flags.ts'
import { scimSchemaJson } from '../config/json-schema.ts'
import { mappingsOf, warningsOf } from '../config/mappings.ts'
import { configText, SCHEMA_FILE } from '../config/write-config.ts'
import type { Source } from '../source.ts'
import { probeTarget } from '../target/probe.ts'
import { startingProfile } from '../target/profile.ts'
import { askForSettings } from './ask-for-settings.ts'
import { openConfiguredSource } from './open-source.ts'
import { readToken, targetConnection } from './target-connection.ts'

/** Asks for what is not said, tries both ends, and writes the configuration. Gives the exit code. */
export async function runInit(call: CommandCall, settings: ScimSettings): Promise<number> {
  const { process, stdout } = call
  const name = settings.config ?? DEFAULT_CONFIG
  const path = resolve(process.cwd, name)
  if (await exists(path)) throw isThere(name)
  const config = configFromFlags(await askForSettings(call, settings, dirname(path)), process.cwd)
  const source = await openConfiguredSource(config, call)
  const mappings = mappingsOf(config, source.defaultMappings)
  await tryBoth(call, config, source)
  for (const warning of warningsOf(mappings, config)) stdout.write(`note: ${warning}\n`)
  await write(path, name, configText(config, source.defaultMappings, dirname(path)))
  // An older one beside it is made by this program, too.
  await writeFile(join(dirname(path), SCHEMA_FILE), scimSchemaJson())
  stdout.write(
    `Wrote ${name} and ${SCHEMA_FILE}. Next: baton-twingate scim plan${name === DEFAULT_CONFIG ? '' : ` --config ${name}`}\n`,
  )
  return 0
}

/** Errors: of either end; nothing is written then. */
async function tryBoth(call: CommandCall, config: ScimConfig, source: Source): Promise<void> {
  const { process, stdout, log } = call
  const { signal, clock, sleep, random } = process
  const facts = await source.test({ signal, clock, sleep, log })
  stdout.write(`Source: ${facts.summary}\n`)
  const token = await readToken(config, call)
  const profile = startingProfile(config.target.profile)
  const found = await probeTarget({ ...targetConnection(config, token, call), profile, random }, signal)
  stdout.write(`Target: ${found.summary}\n`)
  for (const note of found.notes) stdout.write(`note: ${note}\n`)
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}

async function write(path: string, name: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    if (code === 'EEXIST') throw isThere(name)
    throw new ConnectorError(
      'failed-precondition',
      'write the configuration',
      `${name} cannot be written (${code})`,
      error,
    )
  }
}

const isThere = (name: string): ConnectorError =>
  new ConnectorError(
    'already-exists',
    'write the configuration',
    `${name} is there already and is not overwritten; name another with --config, or move it away`,
  )
