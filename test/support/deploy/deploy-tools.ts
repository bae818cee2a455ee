import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const MODULE = resolve(import.meta.dirname, '../../deploy/tools')
const BIN = join(MODULE, 'bin')

/** The official tools, as commands of the Go module in `test/deploy/tools`, and two of ours around official libraries. */
const GO_TOOLS = {
  kustomize: 'sigs.k8s.io/kustomize/kustomize/v5',
  helm: 'helm.sh/helm/v3/cmd/helm',
  kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform',
  promtool: 'github.com/prometheus/prometheus/cmd/promtool',
  compose: './cmd/compose',
  podsecurity: './cmd/podsecurity',
} as const

/** Oldest and newest Kubernetes whose API the manifests are held against. */
export const KUBERNETES = ['1.30', '1.37'] as const

/** The kinds that our manifests may be of; a kind besides has no schema and fails. */
const KINDS = [
  'configmap-v1',
  'cronjob-batch-v1',
  'deployment-apps-v1',
  'namespace-v1',
  'networkpolicy-networking-v1',
  'persistentvolumeclaim-v1',
]

export interface ToolRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export type GoTool = keyof typeof GO_TOOLS

/** Runs a tool that `setup` has made. */
export function runDeployTool(
  name: GoTool | 'hadolint',
  args: readonly string[],
  cwd: string,
  { input = '', env = process.env }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): ToolRun {
  const command = name === 'hadolint' ? join(BIN, 'python/bin/hadolint') : join(BIN, name)
  const options = { cwd, input, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const
  const { status, stdout, stderr, error } = spawnSync(command, args, options)
  if (error) throw error
  return { code: status ?? -1, stdout, stderr }
}

/** Where `kubeconform` finds the schemas of a Kubernetes version. */
export const schemasOf = (version: string): string =>
  join(BIN, 'schemas', version, '{{.ResourceKind}}{{.KindSuffix}}.json')

/** Why the Go tools, or those of PyPI, are not here; `undefined` where they are. */
export const whyMissing = (of: 'go' | 'python'): string | undefined => {
  const text = readFileSync(join(BIN, `${of}.state`), 'utf8')
  return text.startsWith('missing: ') ? text.slice('missing: '.length) : undefined
}

/**
 * For vitest's `globalSetup`: makes the tools before test files start, unless they are there already, made from the same pins. The
 * first time takes minutes and needs the Go module proxy and PyPI.
 *
 * Errors: where a build fails; where Go is missing although the environment variable `CI` is set.
 */
export async function setup(): Promise<void> {
  await mkdir(BIN, { recursive: true })
  const go = spawnSync('go', ['version'], { cwd: MODULE, encoding: 'utf8' }).stdout ?? ''
  await make(
    'go',
    `${go}${await pins('go.mod')}${await pins('go.sum')}${await pins('cmd/podsecurity/main.go')}${await pins('cmd/compose/main.go')}`,
    buildGoTools,
  )
  await make('python', `${KUBERNETES.join()}${KINDS.join()}${await pins('requirements.txt')}`, installPythonTools)
}

const pins = (name: string): Promise<string> => readFile(join(MODULE, name), 'utf8')

/** Keeps what a step was made from, or why it could not be made. A step that could not is tried again each time. */
async function make(name: 'go' | 'python', from: string, build: () => Promise<string | undefined>): Promise<void> {
  const state = join(BIN, `${name}.state`)
  const wanted = createHash('sha256').update(from).digest('hex')
  if ((await readFile(state, 'utf8').catch(() => '')) === wanted) return
  const missing = await build()
  if (missing !== undefined && process.env['CI'] && name === 'go') throw new Error(missing)
  await writeFile(state, missing === undefined ? wanted : `missing: ${missing}`)
}

async function buildGoTools(): Promise<string | undefined> {
  const aside = await mkdtemp(join(BIN, 'building-'))
  try {
    for (const [name, path] of Object.entries(GO_TOOLS))
      // promtool would bring the clients of every cloud; it needs none to check rules.
      await run('go', ['build', '-tags', 'remove_all_sd', '-o', join(aside, name), path], { cwd: MODULE })
    for (const name of await readdir(aside)) await rename(join(aside, name), join(BIN, name))
    return undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'Go is missing on PATH'
    const [older] = /requires go >= [\d.]+/.exec(String((error as { stderr?: unknown }).stderr)) ?? []
    if (older !== undefined) return `the Go on PATH is too old: the module ${older}`
    throw error
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

async function installPythonTools(): Promise<string | undefined> {
  const target = join(BIN, 'python')
  await rm(target, { recursive: true, force: true })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:']
  try {
    await run('python3', [...pip, '--target', target, '-r', join(MODULE, 'requirements.txt')])
  } catch (error) {
    return `they cannot be installed with pip: ${String((error as { stderr?: unknown }).stderr || error).trim()}`
  }
  for (const version of KUBERNETES) await copySchemas(target, version)
  await rm(join(target, 'kubernetes_validate'), { recursive: true })
  return undefined
}

/** The schemas refer to each other by addresses of their package; kubeconform wants names of files. */
async function copySchemas(target: string, version: string): Promise<void> {
  const from = join(target, 'kubernetes_validate/kubernetes-json-schema', `v${version}.0-local-strict`)
  const to = join(BIN, 'schemas', version)
  await mkdir(to, { recursive: true })
  for (const name of ['_definitions', ...KINDS]) {
    const text = (await readFile(join(from, `${name}.json`), 'utf8')).replaceAll(
      '"/api/_definitions.json',
      '"_definitions.json',
    )
    const { $id: _, ...schema } = JSON.parse(text) as Readonly<Record<string, unknown>>
    await writeFile(join(to, `${name}.json`), JSON.stringify(schema))
  }
}
