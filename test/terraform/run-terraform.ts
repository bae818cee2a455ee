import { spawn, spawnSync } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why there is no Terraform here; `undefined` where there is one of version 1.11 or later. */
export const terraformMissing = ((): string | undefined => {
  const { stdout, error } = spawnSync('terraform', ['version', '-json'], { encoding: 'utf8', env: bareEnvironment() })
  if (error !== undefined) return 'Terraform is missing: put Terraform 1.11 or newer on PATH to run the modules'
  const { terraform_version: version } = JSON.parse(stdout) as { readonly terraform_version: string }
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 1 || minor >= 11 ? undefined : `Terraform ${version} is too old: the modules need 1.11 or newer`
})()

/** Nothing of the caller's Terraform settings: no credentials, no plugin cache, no look for updates. */
function bareEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: tmpdir(),
    TF_CLI_CONFIG_FILE: '/dev/null',
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
  }
}

export interface TerraformRun {
  readonly code: number | null
  /** What it printed, both streams in their order. */
  readonly output: string
}

/** Runs `terraform` in a folder to its end. */
export async function runTerraform(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<TerraformRun> {
  const child = spawn('terraform', args, {
    cwd: folder,
    env: { ...bareEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output }))
  })
}

const MODULES = join(import.meta.dirname, '../../deploy/terraform')
const ROOTS = join(import.meta.dirname, 'roots')

/** A copy of all modules and examples, and of our own roots below `roots`, so that a run leaves nothing behind. */
export async function copyModules(atEnd: (cleanUp: () => Promise<void>) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'terraform-'))
  atEnd(() => rm(folder, { recursive: true, force: true }))
  await cp(MODULES, folder, { recursive: true, filter: (path) => !/\.terraform|\.tfstate/.test(path) })
  await cp(ROOTS, join(folder, 'roots'), { recursive: true })
  return folder
}
