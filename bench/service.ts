import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { BatonPeer } from '../test/judges/baton-peer.ts'
import { officialTools, type OfficialTools } from '../test/judges/official-tools.ts'
import { startOwnDaemon } from '../test/judges/own-daemon.ts'
import { usageOfGroup } from '../test/judges/process-usage.ts'
import type { RunningDaemon } from '../test/judges/running-daemon.ts'
import { soak } from '../test/judges/service-soak.ts'
import { startTenant } from '../test/tenant/start-tenant.ts'

/**
 * Prints what a daemon costs: idle, and with many cheap tasks; ours and the official one, against the same service.
 *
 * Why one after the other where there is work, and together where there is none: two that work would slow each other down.
 */
const { values: flags } = parseArgs({
  options: {
    /** Of idleness. */
    minutes: { type: 'string', default: '10' },
    tasks: { type: 'string', default: '10000' },
    /** Of disturbed ones, for ours alone: the official daemon leaves them open. */
    soak: { type: 'string', default: '10000' },
    'no-peer': { type: 'boolean', default: false },
  },
})

const list = { actionListSchemas: {} }
const MB = 1e6
const AN_HOUR = 3_600_000

interface Subject {
  readonly name: string
  readonly daemon: RunningDaemon
  readonly peer: BatonPeer
  readonly temp: string
}

interface Figures {
  readonly 'idle MB': number
  readonly 'idle CPU % of a core': number
  readonly 'tasks/s': number
  readonly 'MB after 1,000': number
  readonly 'MB at the end': number
}

/** What is installed: a checkout that runs from its sources holds them, too. */
const root = join(import.meta.dirname, '..')
const program = [process.execPath, join(root, 'dist/cmd/baton-twingate/main.js')]
if (spawnSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' }).status !== 0)
  throw new Error('the program cannot be built')

const tools = await officialTools()
if ('missing' in tools) throw new Error(tools.missing)
const tenant = await startTenant()
const folder = await mkdtemp(join(tmpdir(), 'bench-service-'))

async function open(name: string, start: (peer: BatonPeer, temp: string) => RunningDaemon): Promise<Subject> {
  const temp = join(folder, name)
  await mkdir(temp)
  const peer = await (tools as OfficialTools).startPeer({ certificates: temp })
  await peer.tell({ do: 'pace', idlePollMs: 1000, busyPollMs: 0, nextHeartbeatMs: 30_000 })
  const daemon = start(peer, join(temp))
  await peer.heard('answer', ({ rpc, code }) => rpc.startsWith('GetTask') && code === 0, { within: 120_000 })
  await peer.tell({ do: 'watch', events: ['drained', 'violation'] })
  return { name, daemon, peer, temp }
}

async function idle({ daemon }: Subject): Promise<Pick<Figures, 'idle MB' | 'idle CPU % of a core'>> {
  // The start is no idleness.
  await wait(10_000)
  const before = usageOfGroup(daemon.pid)
  const ms = Number(flags.minutes) * 60_000
  await wait(ms)
  const after = usageOfGroup(daemon.pid)
  return {
    'idle MB': after.rssBytes / MB,
    'idle CPU % of a core': ((after.cpuSeconds - before.cpuSeconds) / (ms / 1000)) * 100,
  }
}

async function work({ daemon, peer }: Subject): Promise<Omit<Figures, 'idle MB' | 'idle CPU % of a core'>> {
  const rss = (): number => usageOfGroup(daemon.pid).rssBytes / MB
  const terms = { tasks: [list], every: 0, leaseMs: AN_HOUR, within: AN_HOUR }
  await soak(peer, { ...terms, copies: 1000 })
  const warm = rss()
  const { mark } = await soak(peer, { ...terms, copies: Number(flags.tasks) - 1000 })
  return { 'tasks/s': mark.tasksPerSecond, 'MB after 1,000': warm, 'MB at the end': rss() }
}

const own = (name: string, env: Readonly<Record<string, string>> = {}): Promise<Subject> =>
  open(name, (peer, stateDir) => startOwnDaemon(peer, { stateDir, tenant, env, program }))

const tell = (name: string, figures: object): void =>
  console.log(
    `${name}: ${Object.entries(figures)
      .map(([what, figure]) => `${what} ${Number(figure).toPrecision(3)}`)
      .join(', ')}`,
  )

const subjects = [
  await own('ours'),
  ...(flags['no-peer'] ? [] : [await open('baton-sdk', (peer, temp) => tools.startGoDaemon(peer, { temp }))]),
]
const resting = await Promise.all(subjects.map(idle))
const figures: Figures[] = []
for (const [index, subject] of subjects.entries()) {
  await subject.peer.tell({ do: 'pace', idlePollMs: 50, busyPollMs: 0 })
  figures.push({ ...resting[index]!, ...(await work(subject)) })
  tell(subject.name, figures[index]!)
  await subject.daemon.stop()
  await subject.peer.close()
}
const [ours, theirs] = figures
if (ours && theirs)
  tell(
    'ours / baton-sdk',
    Object.fromEntries(
      Object.keys(ours).map((key) => [key, ours[key as keyof Figures] / theirs[key as keyof Figures]]),
    ),
  )

if (Number(flags.soak) > 0) {
  const { daemon, peer, temp, name } = await own('ours, disturbed', {
    BATON_GET_TASKS: 'true',
    BATON_TASK_CONCURRENCY: '50',
  })
  await peer.tell({ do: 'pace', idlePollMs: 50, busyPollMs: 0, nextHeartbeatMs: 30_000 })
  const terms = { tasks: [list], every: 5, leaseMs: 10_000, within: AN_HOUR }
  await soak(peer, { ...terms, copies: Math.min(1000, Number(flags.soak)) })
  const warm = usageOfGroup(daemon.pid).rssBytes / MB
  const { summary, mark } = await soak(peer, { ...terms, copies: Math.max(0, Number(flags.soak) - 1000) })
  const rss = usageOfGroup(daemon.pid).rssBytes / MB
  const violations = (await peer.violations()).length
  await daemon.stop()
  const files = (await readdir(temp)).filter((file) => !['status.json', 'ca.pem'].includes(file)).length
  tell(name, {
    ...summary.totals,
    open: summary.open,
    violations,
    files,
    'tasks/s': mark.tasksPerSecond,
    'MB after 1,000': warm,
    'MB at the end': rss,
  })
  await peer.close()
}
await tenant.close()
await rm(folder, { recursive: true })
