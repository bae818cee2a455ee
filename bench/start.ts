import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTenant } from '../test/tenant/start-tenant.ts'
import { READ_KEY } from '../test/tenant/api-keys.ts'
import { machine, median, type Subject, subjects } from './programs.ts'

/**
 * Prints how long the program takes from its start to its first request, to the help and to `status`, and what CPU that costs. With
 * `--beside DIR` also for the program of another checkout, by turns, and the ratios. The first run of each fills the compile cache and is left out.
 */
const RUNS = 11
const usage = join(import.meta.dirname, 'report-usage.mjs')
const folder = mkdtempSync(join(tmpdir(), 'baton-twingate-bench-'))

interface Taken {
  readonly ms: number
  readonly cpuMs: number
}

async function run(subject: Subject, args: readonly string[]): Promise<Taken> {
  const usageFile = join(folder, 'usage')
  rmSync(usageFile, { force: true })
  const env = { ...process.env, BATON_API_KEY: READ_KEY, BENCH_USAGE_FILE: usageFile }
  const started = performance.now()
  const program = spawn(process.execPath, ['--import', usage, subject.main, ...args], { stdio: 'ignore', env })
  await once(program, 'exit')
  const { cpuSeconds } = JSON.parse(readFileSync(usageFile, 'utf8')) as { readonly cpuSeconds: number }
  return { ms: performance.now() - started, cpuMs: cpuSeconds * 1000 }
}

/** From the start to the arrival of the first request; the CPU is that of the whole sync of a small tenant. */
async function firstRequest(subject: Subject): Promise<Taken> {
  const tenant = await startTenant()
  const started = Date.now()
  const { cpuMs } = await run(subject, [
    ...['--domain', 'bench', '--base-url', tenant.baseUrl, '--file', join(folder, `${subject.name}.c1z`)],
  ])
  const ms = (tenant.requests[0]?.at ?? Number.NaN) - started
  await tenant.close()
  return { ms, cpuMs }
}

const CASES: Readonly<Record<string, (subject: Subject) => Promise<Taken>>> = {
  'start to first request': firstRequest,
  '--help': (subject) => run(subject, ['--help']),
  status: (subject) => run(subject, ['status', '--state-dir', folder]),
}

console.log(`${machine()}\n\n| | median ms | least ms | CPU ms |\n| --- | ---: | ---: | ---: |`)
for (const [name, measure] of Object.entries(CASES)) {
  const taken = new Map<Subject['name'], Taken[]>()
  for (let turn = 0; turn <= RUNS; turn++)
    for (const subject of subjects()) {
      const one = await measure(subject)
      if (turn > 0) taken.set(subject.name, [...(taken.get(subject.name) ?? []), one])
    }
  const figures = [...taken].map(([who, all]) => {
    const ms = all.map((one) => one.ms)
    const row = [median(ms), Math.min(...ms), median(all.map((one) => one.cpuMs))]
    console.log(`| ${name}, ${who} | ${row.map((figure) => figure.toFixed(0)).join(' | ')} |`)
    return row
  })
  const [here, beside] = figures
  if (!here || !beside) continue
  console.log(`| ${name}, ratio | ${here.map((figure, i) => (figure / (beside[i] ?? 0)).toFixed(2)).join(' | ')} |`)
}
rmSync(folder, { recursive: true, force: true })
