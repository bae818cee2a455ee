import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Ended, type RunningProgram, startProgram } from '../../support/run-program.ts'
import { temporaryFolder } from '../../tenant/sync-tenant.ts'
import { freePort } from '../../support/free-port.ts'
import { isList, textOf } from '../dynamic-value.ts'
import { type Cluster, containerOf, type Kubelet, listOf, podOf } from './cluster.ts'

/** A process that finds what a pod's container would find: its variables, and its files below a folder of its own. */
export interface RealPod extends RunningProgram {
  /** Runs another program of the image in it. */
  run(args: readonly string[]): Promise<Ended>
}

export interface RealPods extends Kubelet {
  /** All that were started, the newest last. */
  readonly pods: readonly RealPod[]
  /** Starts one more as a deployment is now, of which the cluster knows nothing. */
  start(deployment: string): Promise<RealPod>
}

/**
 * Runs the pods of a cluster as processes of this program: environment, mounts, working directory and readiness probe are those of the
 * deployment. `world` has what a cluster would have around them: where the peers are, and whom to trust.
 *
 * Paths become paths below a folder, and the health port one that is free: all pods share this machine.
 */
export function createRealPods(
  cluster: Cluster,
  world: Readonly<Record<string, string>>,
  atEnd: (cleanUp: () => void) => void,
): RealPods {
  const pods: RealPod[] = []
  const current = new Map<string, RealPod>()

  const start = async (deployment: string): Promise<RealPod> => {
    const folder = temporaryFolder(atEnd)
    const within = (path: string): string => (path.startsWith('/') ? join(folder, path) : path)
    for (const { path, files } of cluster.mounts(deployment)) {
      mkdirSync(within(path), { recursive: true, mode: 0o700 })
      for (const [name, content] of Object.entries(files))
        writeFileSync(join(within(path), name), content, { mode: 0o440 })
    }
    const declared = Object.entries(cluster.environment(deployment)).map(([name, value]) => [name, within(value)])
    const env = {
      ...Object.fromEntries(declared),
      ...world,
      BATON_HOST_ID: `${basename(deployment)}-${pods.length + 1}`,
      BATON_HEALTH_CHECK_PORT: String(await freePort()),
    }
    const cwd = within(textOf(containerOf(podOf(cluster.of('deployment').get(deployment))), 'working_dir'))
    const running = startProgram([], { cwd, env, atEnd })
    const pod: RealPod = { ...running, run: (args) => startProgram(args, { cwd, env, atEnd }).ended }
    pods.push(pod)
    return pod
  }

  /** Whether the readiness probe succeeds before the process ends. */
  const becomesReady = async (deployment: string, pod: RealPod): Promise<boolean> => {
    const [probe = {}] = listOf(containerOf(podOf(cluster.of('deployment').get(deployment)))['readiness_probe'])
    const [exec = {}] = listOf(probe['exec'])
    const [, ...args] = isList(exec['command']) ? exec['command'].map(String) : []
    while (pod.isRunning()) if ((await pod.run(args)).code === 0) return true
    return false
  }

  return {
    pods,
    start,
    async rollOut(deployment) {
      const pod = await start(deployment)
      if (!(await becomesReady(deployment, pod))) return false
      current.get(deployment)?.kill('SIGTERM')
      current.set(deployment, pod)
      return true
    },
    async remove(deployment) {
      current.get(deployment)?.kill('SIGTERM')
      current.delete(deployment)
    },
  }
}
