import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Engine } from './docker/engine.ts'
import { dockerProvider } from './docker/provider.ts'
import { Journal } from './journal.ts'
import { Cluster } from './kubernetes/cluster.ts'
import { kubernetesProvider } from './kubernetes/provider.ts'
import { Platform } from './conductorone/platform.ts'
import { conductoroneProvider } from './conductorone/provider.ts'
import { copyModules, runTerraform, type TerraformRun } from './run-terraform.ts'
import { serveProviders } from './serve-providers.ts'

/** Looks like nothing else, so that one look at a text tells whether it leaked. */
export const TWINGATE_KEY = 'k3y-that-must-never-be-seen-8f2b61c0'

/** Values of input variables. */
export type Variables = Readonly<Record<string, string | number | boolean | readonly string[]>>

/** A configuration in a copy of the modules, with stand-ins for all that it talks to. */
export interface Stage {
  readonly journal: Journal
  readonly platform: Platform
  readonly cluster: Cluster
  readonly engine: Engine
  /** Folder of the configuration. */
  readonly folder: string
  /** Runs any command in it. Errors: where a secret is in what it prints. */
  run(args: readonly string[], variables?: Variables): Promise<TerraformRun>
  /** Errors: where it does not end well, or prints a secret. */
  apply(variables?: Variables, extra?: readonly string[]): Promise<string>
  /** What an apply that must not end well prints. Errors: where it ends well. */
  refusedApply(variables?: Variables, extra?: readonly string[]): Promise<string>
  /** Exit code 2 stands for changes, of resources or of outputs. */
  plan(variables?: Variables): Promise<TerraformRun>
  destroy(variables?: Variables): Promise<string>
  /** The state file as it lies there. */
  state(): Promise<string>
  /** All secrets there are so far. */
  secrets(): readonly string[]
}

/**
 * Sets up `path` within `deploy/terraform`, initialised. The pods and containers of the stand-ins become ready when the
 * platform knows their credential.
 */
export async function stage(path: string, atEnd: (cleanUp: () => Promise<void>) => void): Promise<Stage> {
  const journal = new Journal()
  const platform = new Platform(journal)
  const admits = (clientId: string, secret: string): boolean => platform.admits(clientId, secret)
  const cluster = new Cluster(journal, admits)
  const engine = new Engine(journal, admits)
  const served = await serveProviders([
    conductoroneProvider(platform),
    kubernetesProvider(cluster),
    dockerProvider(engine),
  ])
  atEnd(() => served.close())
  const folder = join(await copyModules(atEnd), path)
  const secrets = (): readonly string[] => [TWINGATE_KEY, ...platform.secrets.values()]
  const run = async (args: readonly string[], variables: Variables = {}): Promise<TerraformRun> => {
    const ended = await runTerraform(folder, args, { TF_REATTACH_PROVIDERS: served.reattach, ...inputs(variables) })
    for (const secret of secrets())
      if (ended.output.includes(secret)) throw new Error(`terraform ${args.join(' ')} printed a secret`)
    return ended
  }
  const expectCode = async (want: 'success' | 'failure', args: readonly string[], variables?: Variables) => {
    const { code, output } = await run(args, variables)
    if ((code === 0) !== (want === 'success'))
      throw new Error(`terraform ${args.join(' ')} ended with ${code}, not with ${want}:\n${output}`)
    return output
  }
  await expectCode('success', ['init', '-no-color'])
  return {
    journal,
    platform,
    cluster,
    engine,
    folder,
    run,
    secrets,
    apply: (variables, extra = []) => expectCode('success', [...APPLY, ...extra], variables),
    refusedApply: (variables, extra = []) => expectCode('failure', [...APPLY, ...extra], variables),
    plan: (variables) => run(['plan', '-no-color', '-detailed-exitcode'], variables),
    destroy: (variables) => expectCode('success', ['destroy', '-auto-approve', '-no-color'], variables),
    state: () => readFile(join(folder, 'terraform.tfstate'), 'utf8'),
  }
}

const APPLY = ['apply', '-auto-approve', '-no-color'] as const

/** Input variables as the environment carries them. */
const inputs = (variables: Variables): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      `TF_VAR_${name}`,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  )
