import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const MODULE = resolve(import.meta.dirname, '../conformance')
const BATON = 'github.com/conductorone/baton-sdk/cmd/baton'

/** Directory of the built commands, or why they cannot be built here. */
export type BuiltTools = { readonly bin: string } | { readonly missing: string }

/**
 * Builds the official `baton` command and the judges of `test/conformance/` into `test/conformance/bin/`, unless they are there
 * already, built from the same sources by the same Go. The first build takes minutes and needs the Go module proxy.
 *
 * Errors: where a build fails; where Go is missing although the environment variable `CI` is set.
 */
export async function buildOfficialTools(env: NodeJS.ProcessEnv = process.env): Promise<BuiltTools> {
  const go = await goVersion(env)
  if (go === undefined) {
    const missing = 'Go is missing: put Go 1.25.2 or newer on PATH to run the checks by the official Baton tools'
    if (env['CI']) throw new Error(missing)
    return { missing }
  }
  const bin = join(MODULE, 'bin')
  const stamp = join(bin, 'built-from')
  const sources = await digestSources(go)
  if ((await readFile(stamp, 'utf8').catch(() => '')) !== sources) await build(bin, stamp, sources, env)
  return { bin }
}

async function goVersion(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    return (await run('go', ['version'], { env, cwd: MODULE })).stdout
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function digestSources(go: string): Promise<string> {
  const names = await readdir(MODULE, { recursive: true })
  const digest = createHash('sha256').update(go)
  for (const name of names.filter((path) => /^go\.(mod|sum)$|\.go$/.test(path)).sort())
    digest.update(name).update(await readFile(join(MODULE, name)))
  return digest.digest('hex')
}

/** Test files run in several processes: each builds aside and moves whole files, so that no one starts half a command. */
async function build(bin: string, stamp: string, sources: string, env: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(bin, { recursive: true })
  const aside = await mkdtemp(join(bin, 'building-'))
  try {
    await run('go', ['build', '-o', `${aside}/`, BATON, './cmd/...'], { env, cwd: MODULE, maxBuffer: 16 * 1024 * 1024 })
    for (const name of await readdir(aside)) await rename(join(aside, name), join(bin, name))
    await writeFile(join(aside, 'built-from'), sources)
    await rename(join(aside, 'built-from'), stamp)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}
