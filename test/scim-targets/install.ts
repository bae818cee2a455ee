import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const HERE = import.meta.dirname
/** Outlives `npm ci`; made anew where a pin or a launcher changes. */
const CACHE = resolve(HERE, '../../.cache/scim-targets')

/** What is installed together: the packages of one npm lock, or all of PyPI. */
export type Installation = 'better-auth' | 'scimmy' | 'python'

/** Everything that an installation is made from. */
async function versionOf(name: Installation): Promise<string> {
  const hash = createHash('sha256').update(process.version)
  if (name === 'python') hash.update(await pythonVersion())
  for (const file of (await readdir(join(HERE, name))).toSorted()) hash.update(await readFile(join(HERE, name, file)))
  return hash.digest('hex').slice(0, 16)
}

const pythonVersion = async (): Promise<string> =>
  (await run('python3', ['--version']).catch(() => ({ stdout: '' }))).stdout

/**
 * The folder of an installation, made where it is missing: half a minute the first time, from the registries of npm and PyPI.
 *
 * Errors: what the installer says; `MissingPython` where there is no Python that makes environments.
 */
export async function install(name: Installation): Promise<string> {
  const folder = join(CACHE, `${name}-${await versionOf(name)}`)
  if (existsSync(folder)) return folder
  await mkdir(CACHE, { recursive: true })
  const aside = await mkdtemp(join(CACHE, `making-${name}-`))
  try {
    await cp(join(HERE, name), aside, { recursive: true })
    await (name === 'python' ? installPython(aside) : installNpm(aside))
    // Whoever is second finds the folder of the first.
    await rename(aside, folder).catch(async (error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return folder
}

const installNpm = async (folder: string): Promise<void> => {
  await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'], { cwd: folder })
}

/** There is no Python that makes environments; a reason to skip, except where `CI` is set. */
export class MissingPython extends Error {}

/** Packages only, no environment with its own pip: the folder may be moved. */
async function installPython(folder: string): Promise<void> {
  try {
    await run('python3', ['-m', 'venv', '--help'])
    await run('python3', ['-m', 'ensurepip', '--version'])
  } catch (error) {
    throw new MissingPython('there is no python3 with venv on PATH', { cause: error })
  }
  const environment = join(folder, 'environment')
  await run('python3', ['-m', 'venv', environment])
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:']
  const target = ['--target', join(folder, 'packages'), '-r', join(folder, 'requirements.txt')]
  await run(join(environment, 'bin/python'), [...pip, ...target])
  await rm(environment, { recursive: true })
}

const REASON = join(CACHE, 'python-is-missing')

/** Why the servers from PyPI are not here; `undefined` where they are. Known after `setup`. */
export const whyNoPython = async (): Promise<string | undefined> => readFile(REASON, 'utf8').catch(() => undefined)

/** For vitest's `globalSetup`: installs once, before test files start in parallel. */
export async function setup(): Promise<void> {
  await mkdir(CACHE, { recursive: true })
  await rm(REASON, { force: true })
  const made = await Promise.all([
    install('better-auth'),
    install('scimmy'),
    install('python').catch(async (error: unknown) => {
      if (!(error instanceof MissingPython) || process.env['CI']) throw error
      await writeFile(REASON, error.message)
      console.warn(`The SCIM servers from PyPI are skipped: ${error.message}.`)
    }),
  ])
  await removeOthers(made.filter((folder) => folder !== undefined))
}

/** What older pins have left, of what was made now. */
async function removeOthers(made: readonly string[]): Promise<void> {
  const prefixes = made.map((folder) => basename(folder).replace(/[0-9a-f]{16}$/, ''))
  for (const name of await readdir(CACHE))
    if (prefixes.includes(name.replace(/[0-9a-f]{16}$/, '')) && !made.includes(join(CACHE, name)))
      await rm(join(CACHE, name), { recursive: true, force: true })
}
