import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { BatonPeer } from '../test/support/official/baton-peer.ts'
import { officialTools } from '../test/support/official/official-tools.ts'
import { WRITE_KEY } from '../test/support/tenant/api-keys.ts'
import { startTenant } from '../test/support/tenant/start-tenant.ts'

/**
 * What service mode costs, against the service made with the official stubs: memory and CPU over minutes of empty one-second polls, then
 * cheap tasks a second, and memory after the first 1,000 and after 10,000.
 *
 * Flags: --minutes N (10), --tasks N (10,000), --peer also measures the official Go daemon on the same service. Needs Linux, Go, and the
 * program as it is published (`npm run build`).
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    tasks: { type: 'string', default: '10000' },
    peer: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
const tasks = Number(values.tasks)
const WARM_TASKS = 1000
/** Needs no request to the source. */
const CHEAP = { actionListSchemas: {} }
const program = join(import.meta.dirname, '../dist/cmd/baton-twingate/main.js')

interface Measured {
  readonly pid: number
  stop(): Promise<unknown>
}

const tools = await officialTools()
if ('missing' in tools) throw new Error(tools.missing)
if (!existsSync(program)) throw new Error('there is nothing to measure yet; npm run build makes it')
const folder = mkdtempSync(join(tmpdir(), 'baton-twingate-bench-'))
const tenant = await startTenant()
try {
  await measure('baton-twingate', startOurs)
  if (values.peer) await measure('Go daemon', (peer, temp) => Promise.resolve(tools.startGoDaemon(peer, { temp })))
} finally {
  await tenant.close()
  rmSync(folder, { recursive: true, force: true })
}

async function startOurs(peer: BatonPeer, temp: string): Promise<Measured> {
  const secret = join(temp, 'client-secret')
  writeFileSync(secret, peer.clientSecret)
  const child = spawn(process.execPath, [program, '--health-check', '--health-check-port', '18081'], {
    cwd: temp,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: temp,
      SSL_CERT_FILE: peer.caFile,
      BATON_C1_API_HOST: peer.host,
      BATON_CLIENT_ID: peer.clientId,
      BATON_CLIENT_SECRET_FILE: secret,
      BATON_STATE_DIR: join(temp, 'state'),
      BATON_DOMAIN: 'bench',
      BATON_API_KEY: WRITE_KEY,
      BATON_BASE_URL: tenant.baseUrl,
      BATON_LOG_LEVEL: 'warn',
    },
  })
  if (child.pid === undefined) throw new Error('the program cannot be started')
  const ended = new Promise((resolve) => child.once('exit', resolve))
  return {
    pid: child.pid,
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

async function measure(name: string, start: (peer: BatonPeer, temp: string) => Promise<Measured>): Promise<void> {
  const temp = join(folder, name)
  mkdirSync(temp)
  if ('missing' in tools) return
  const peer = await tools.startPeer({ certificates: temp })
  await peer.tell({ do: 'pace', idlePollMs: 1000, busyPollMs: 0 })
  const daemon = await start(peer, temp)
  try {
    await peer.enqueue(CHEAP)
    await peer.drained(60_000)
    await wait(10_000)
    const before = cpuSeconds(daemon.pid)
    await wait(minutes * 60_000)
    const cpu = ((cpuSeconds(daemon.pid) - before) / (minutes * 60)) * 100
    console.log(`${name}: idle for ${minutes} min: ${rssMb(daemon.pid)} MB, ${cpu.toFixed(2)} % of a core`)
    for (const count of [WARM_TASKS, tasks - WARM_TASKS]) {
      await peer.mark(`before ${count}`)
      await peer.tell({ do: 'enqueue', tasks: [CHEAP], copies: count })
      await peer.drained(600_000)
      const { tasksPerSecond } = await peer.mark(`after ${count}`)
      console.log(`${name}: ${count} tasks: ${tasksPerSecond.toFixed(0)} a second, then ${rssMb(daemon.pid)} MB`)
    }
  } finally {
    await daemon.stop()
    await peer.close()
  }
}

/** A process and those it started. Source: proc(5). */
function familyOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap((child) => familyOf(Number(child))))]
}

/** Of the whole family, in user and kernel mode. Ticks are a hundredth of a second on Linux. */
function cpuSeconds(pid: number): number {
  return sum(familyOf(pid), (member) => {
    const fields = readFileSync(`/proc/${member}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / 100
  })
}

function rssMb(pid: number): number {
  const kib = sum(familyOf(pid), (member) =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${member}/status`, 'utf8'))?.[1]),
  )
  return Math.round(kib / 1024)
}

function sum(members: readonly number[], of: (member: number) => number): number {
  return members.reduce((total, member) => total + of(member), 0)
}
