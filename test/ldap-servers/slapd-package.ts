import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Debian's packages of OpenLDAP and what a small system lacks of their libraries. */
const PACKAGES = ['slapd', 'ldap-utils', 'libldap-2.5-0', 'libltdl7', 'libwrap0', 'libodbc2']

/** OpenLDAP, unpacked into a folder of its own; nothing is installed. */
export interface SlapdPackage {
  readonly root: string
  readonly env: NodeJS.ProcessEnv
  remove(): void
}

/**
 * Downloads and unpacks OpenLDAP by apt-get.
 *
 * Where that is not possible it gives the reason, so that tests can be skipped; on a build machine (`CI`) it is an error.
 */
export async function unpackSlapd(): Promise<SlapdPackage | string> {
  const folder = mkdtempSync(join(tmpdir(), 'slapd-'))
  try {
    await download(folder)
    const root = join(folder, 'root')
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.deb')))
      await run('dpkg', ['-x', join(folder, name), root])
    const libraries = ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'usr/lib'].map((path) =>
      join(root, path),
    )
    return {
      root,
      env: { PATH: process.env['PATH'], LD_LIBRARY_PATH: libraries.join(':'), LDAPNOINIT: '1' },
      remove: () => rmSync(folder, { recursive: true, force: true }),
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    const reason = `slapd cannot be had from Debian's packages: ${error instanceof Error ? error.message.trim() : String(error)}`
    if (process.env['CI']) throw new Error(reason, { cause: error })
    return reason
  }
}

async function download(folder: string): Promise<void> {
  const fetchAll = () => run('apt-get', ['download', ...PACKAGES], { cwd: folder, timeout: 50_000 })
  try {
    await fetchAll()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw error
    // A new machine has no list of packages yet.
    await run('apt-get', ['update'], { timeout: 50_000 })
    await fetchAll()
  }
}
