import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What one run of a program took. */
export interface Usage {
  readonly code: number | null
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly peakRssBytes: number
  /** Bytes that it printed. */
  readonly printedBytes: number
  readonly stderr: string
}

const LOOK_EVERY_MS = 10
const TICKS_A_SECOND = 100

/**
 * Runs a program with its output in a file of `folder`, and tells what it used.
 *
 * Why: a Node program tells its own usage to the byte. Any other is looked at from outside until it ends, which misses at most its last moment.
 * Linux only: it looks into /proc.
 */
export async function measure(folder: string, command: readonly string[]): Promise<Usage> {
  const [program = '', ...args] = command
  const isNode = program === process.execPath
  const [printed, usage] = [join(folder, 'printed'), join(folder, 'usage')]
  rmSync(usage, { force: true })
  const output = openSync(printed, 'w')
  const report = ['--import', join(import.meta.dirname, 'report-usage.mjs')]
  const started = performance.now()
  const child = spawn(program, isNode ? [...report, ...args] : args, {
    cwd: folder,
    stdio: ['ignore', output, 'pipe'],
    env: { ...process.env, TMPDIR: folder, BENCH_USAGE_FILE: usage },
  })
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  let seen = { cpuSeconds: 0, peakRssBytes: 0 }
  const looking = setInterval(() => (seen = usageOf(child.pid) ?? seen), LOOK_EVERY_MS)
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(looking)
  closeSync(output)
  const wallSeconds = (performance.now() - started) / 1000
  return { code, wallSeconds, ...(isNode ? told(usage) : seen), printedBytes: statSync(printed).size, stderr }
}

function told(file: string): Pick<Usage, 'cpuSeconds' | 'peakRssBytes'> {
  const [line = ''] = readFileSync(file, 'utf8').split('\n')
  const { cpuSeconds, maxRssBytes } = JSON.parse(line) as Record<string, number>
  return { cpuSeconds: cpuSeconds ?? Number.NaN, peakRssBytes: maxRssBytes ?? Number.NaN }
}

/** Places in /proc/PID/stat behind the name. Source: proc_pid_stat(5). */
const [USER_TIME, SYSTEM_TIME] = [11, 12] as const

function usageOf(pid: number | undefined): Pick<Usage, 'cpuSeconds' | 'peakRssBytes'> | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    if (peak === undefined) return undefined
    const ticks = Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])
    return { cpuSeconds: ticks / TICKS_A_SECOND, peakRssBytes: Number(peak) * 1024 }
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}
