import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startTenantProcess } from './tenant-process.ts'
import { machine, median, type Subject, subjects } from './programs.ts'

/**
 * Syncs made-up tenants of several sizes with the real program against a tenant in a process of its own, and prints what it took.
 *
 * With `--beside DIR` also with the program of another checkout, by turns, and the ratios. With `--same-work` both read users, groups and roles alone,
 * and nothing is expanded: what a build does that knows no other types.
 *
 * With `--lists` one tenant that has all lists, by turns with a page of every list in each request and with one list a request, and the ratios.
 *
 * Flags: --size USERSxGROUPS (repeatable), --memberships N, --workers N (repeatable), --limit READS --window-ms N --limiter fixed|sliding|bucket --turns N --same-work.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', multiple: true, default: ['1000x100', '10000x1000', '100000x2000'] },
    memberships: { type: 'string', default: '10' },
    workers: { type: 'string', multiple: true, default: ['0'] },
    limit: { type: 'string' },
    'window-ms': { type: 'string', default: '60000' },
    limiter: { type: 'string', default: 'fixed' },
    beside: { type: 'string' },
    turns: { type: 'string', default: '1' },
    lists: { type: 'boolean', default: false },
    'same-work': { type: 'boolean', default: false },
  },
})

const root = join(import.meta.dirname, '..')
const KEY = 'bench-key'

interface Usage {
  readonly cpuSeconds: number
  readonly maxRssBytes: number
  readonly aliveSeconds: number
}
interface Summary {
  readonly requests: number
  readonly durationMs: number
  readonly bytes: number
  readonly waits: readonly { readonly count: number; readonly ms: number }[]
  readonly counts: { readonly grants: Readonly<Record<string, number>> }
}

function startTenant(users: string, groups: string) {
  const limits = values.limit
    ? ['--limit', values.limit, '--window-ms', values['window-ms'], '--limiter', values.limiter]
    : []
  const network = values.lists
    ? ['--resources', '3000', '--networks', '50', '--service-accounts', '500', '--devices', '12000']
    : []
  const flags = [
    ...network,
    '--users',
    users,
    '--groups',
    groups,
    '--memberships',
    values.memberships,
    '--key',
    KEY,
    ...limits,
  ]
  return startTenantProcess(flags)
}

async function measure(
  subject: Subject,
  url: string,
  folder: string,
  workers: string,
  more: readonly string[] = [],
): Promise<Summary & Usage> {
  const usageFile = join(folder, 'usage')
  const file = join(folder, `${subject.name}.c1z`)
  for (const old of [usageFile, file]) rmSync(old, { force: true })
  const program = spawn(
    process.execPath,
    [
      ...['--import', join(root, 'bench/report-usage.mjs'), subject.main],
      ...['--domain', 'bench', '--base-url', url, '--file', file, '--workers', workers],
      ...['--output', 'json', '--log-level', 'warn', ...more],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, BATON_API_KEY: KEY, BENCH_USAGE_FILE: usageFile } },
  )
  const chunks: Buffer[] = []
  program.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [code] = (await once(program, 'close')) as [number]
  if (code !== 0) throw new Error(`the program ended with ${code}`)
  const usage = JSON.parse(readFileSync(usageFile, 'utf8')) as Usage
  return { ...(JSON.parse(Buffer.concat(chunks).toString()) as Summary), ...usage }
}

const EVERY_TYPE =
  'user,group,role,network-resource,remote-network,connector,service-account,service-account-key,security-policy,device'

/** A page of every list in each request beside one list a request. */
async function compareLists(): Promise<void> {
  const tenant = await startTenant('10000', '1000')
  const folder = mkdtempSync(join(tmpdir(), 'baton-twingate-bench-'))
  const here = subjects().find(({ name }) => name === 'here')
  const ways = { together: [], alone: ['--one-listing-a-request'] } as const
  const runs = { together: [] as (Summary & Usage)[], alone: [] as (Summary & Usage)[] }
  console.log('| lists a request | requests | refused | waited s | wall s | CPU s | peak RSS MB |')
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |')
  try {
    for (let turn = 0; turn < Number(values.turns); turn++)
      for (const way of ['together', 'alone'] as const) {
        const [workers = '0'] = values.workers
        const more = ['--sync-resource-types', EVERY_TYPE, ...ways[way]]
        if (!here) throw new Error('there is no program here')
        const run = await measure(here, tenant.url, folder, workers, more)
        runs[way].push(run)
        const [, , , , , ...figures] = rowOf(['', ''], workers, here, run)
        console.log(`| ${[way === 'together' ? 'all' : 'one', ...figures.slice(0, -1)].join(' | ')} |`)
      }
    const of = (figure: (run: Summary & Usage) => number): string =>
      (median(runs.together.map(figure)) / median(runs.alone.map(figure))).toFixed(2)
    console.log(`ratio: requests ${of((run) => run.requests)}, wall ${of((run) => run.aliveSeconds)}`)
  } finally {
    tenant.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

console.log(`${machine()}\n`)
if (values.lists) {
  await compareLists()
  process.exit(0)
}
const head = [
  ...['users', 'groups', 'memberships', 'workers', 'program', 'requests', 'refused', 'waited s', 'wall s', 'CPU s'],
  ...['peak RSS MB', 'file MB'],
]
console.log(`| ${head.join(' | ')} |\n| ${head.map(() => '---:').join(' | ')} |`)

function rowOf(size: readonly string[], workers: string, subject: Subject, run: Summary & Usage): readonly string[] {
  return [
    ...[...size, String(run.counts.grants['group'] ?? 0), workers, subject.name, String(run.requests)],
    String(run.waits.reduce((sum, wait) => sum + wait.count, 0)),
    (run.waits.reduce((sum, wait) => sum + wait.ms, 0) / 1000).toFixed(1),
    run.aliveSeconds.toFixed(1),
    run.cpuSeconds.toFixed(1),
    (run.maxRssBytes / 1e6).toFixed(0),
    (run.bytes / 1e6).toFixed(2),
  ]
}

function flagsOf({ name }: Subject): readonly string[] {
  if (!values['same-work']) return []
  return ['--sync-resource-types', 'user,group,role', ...(name === 'here' ? ['--skip-expand-grants'] : [])]
}

/** What the program here takes of what the one beside it takes, by medians. */
function ratios(all: ReadonlyMap<Subject['name'], readonly (Summary & Usage)[]>): string | undefined {
  const [here, beside] = [all.get('here'), all.get('beside')]
  if (!here || !beside) return undefined
  const of = (figure: (run: Usage) => number): string =>
    (median(here.map(figure)) / median(beside.map(figure))).toFixed(2)
  return `ratio: CPU ${of((run) => run.cpuSeconds)}, peak RSS ${of((run) => run.maxRssBytes)}`
}

for (const size of values.size) {
  const [users = '', groups = ''] = size.split('x')
  const tenant = await startTenant(users, groups)
  const folder = mkdtempSync(join(tmpdir(), 'baton-twingate-bench-'))
  try {
    for (const workers of values.workers) {
      const all = new Map<Subject['name'], (Summary & Usage)[]>()
      for (let turn = 0; turn < Number(values.turns); turn++)
        for (const subject of subjects()) {
          const run = await measure(subject, tenant.url, folder, workers, flagsOf(subject))
          all.set(subject.name, [...(all.get(subject.name) ?? []), run])
          console.log(`| ${rowOf([users, groups], workers, subject, run).join(' | ')} |`)
        }
      const line = ratios(all)
      if (line !== undefined) console.log(line)
    }
  } finally {
    tenant.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
