import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Outlives `npm ci`; made anew where a pin changes. */
const CACHE = resolve(import.meta.dirname, '../../.cache/export-judges')

/** Runs what was installed, or says why it cannot be. */
export type ExportJudges =
  | { readonly run: (program: 'python3' | 'fga', ...args: readonly string[]) => Promise<string> }
  | { readonly missing: string }

/**
 * Readers from PyPI of what `export` writes, installed once into `.cache/export-judges`: openpyxl, pyarrow and OpenFGA's own runner.
 *
 * Errors: where an installation fails; where Python is missing although the environment variable `CI` is set.
 */
export async function exportJudges(): Promise<ExportJudges> {
  const version = await run('python3', ['--version']).catch(() => undefined)
  const hasPip = version && (await run('python3', ['-m', 'pip', '--version']).catch(() => undefined))
  if (!version || !hasPip) {
    const missing = 'there is no python3 with pip on PATH'
    if (process.env['CI']) throw new Error(missing)
    return { missing }
  }
  const folder = await install(version.stdout)
  return {
    run: async (program, ...args) => {
      const path = program === 'fga' ? join(folder, 'bin/fga') : program
      const env = { ...process.env, PYTHONPATH: folder }
      return (await run(path, args, { env, maxBuffer: 64 * 1024 * 1024 })).stdout
    },
  }
}

async function install(python: string): Promise<string> {
  const pins = join(import.meta.dirname, 'requirements.txt')
  const hash = createHash('sha256')
    .update(python)
    .update(await readFile(pins))
  const folder = join(CACHE, hash.digest('hex').slice(0, 16))
  if (existsSync(folder)) return folder
  await mkdir(CACHE, { recursive: true })
  const aside = await mkdtemp(join(CACHE, 'making-'))
  try {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:']
    await run('python3', [...pip, '--target', aside, '-r', pins])
    // Whoever is second finds the folder of the first.
    await rename(aside, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return folder
}
