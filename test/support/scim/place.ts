import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ended, type RunningProgram, startProgram } from '../run-program.ts'
import { startTenant, type RunningTenant, type TenantOptions } from '../../tenant/start-tenant.ts'
import { type Directory, writeDirectory } from './directory.ts'

/** Looks like nothing else, so that one look at a text tells whether it leaked. */
export const TOKEN = 'scim-t0ken-that-must/never=be+seen-51c8'

/** A folder with csv files, in which the real program provisions a target. */
export interface ScimPlace {
  readonly folder: string
  write(directory: Directory): void
  /** Starts `baton-twingate scim …` with the flags of the files and the target. */
  start(words: readonly string[], extra?: readonly string[]): RunningProgram
  run(words: readonly string[], extra?: readonly string[]): Promise<Ended>
}

export interface ScimTarget {
  readonly url: string
  /** @default `TOKEN` */
  readonly token?: string
}

/** The test tenant with its SCIM side. */
export async function serveTenant(atEnd: AtEnd, options: TenantOptions = {}): Promise<RunningTenant> {
  const tenant = await startTenant({ scimToken: TOKEN, ...options })
  atEnd(() => tenant.close())
  return tenant
}

type AtEnd = (cleanUp: () => void | Promise<void>) => void

export function scimPlace(atEnd: AtEnd, { url, token = TOKEN }: ScimTarget): ScimPlace {
  const folder = mkdtempSync(join(tmpdir(), 'scim-place-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'token'), `${token}\n`)
  const start: ScimPlace['start'] = (words, extra = []) =>
    startProgram(
      ['scim', ...words, ...FILES, '--target', url, '--token-file', 'token', '--state', 'state.db', ...extra],
      {
        cwd: folder,
        atEnd,
      },
    )
  return {
    folder,
    write: (directory) => writeDirectory(folder, directory),
    start,
    async run(words, extra) {
      const ended = await start(words, extra).ended
      if (`${ended.stdout}${ended.stderr}`.includes(token)) throw new Error('the token was printed')
      return ended
    },
  }
}

const FILES = ['--people', 'people.csv', '--groups', 'groups.csv', '--members', 'members.csv']
