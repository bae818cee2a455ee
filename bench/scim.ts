import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SCIM_TOKEN } from '../test/tenant/scim/endpoint.ts'
import { startTenant } from '../test/tenant/start-tenant.ts'
import { Tenant } from '../test/tenant/tenant.ts'
import { subjects } from './programs.ts'
import { type Directory, writeDirectory } from './scim-directory.ts'
import { entraWay } from './scim-entra-way.ts'

/**
 * Provisions a made-up directory from csv files into a test tenant with the real program, beside Entra's documented way as a plain script.
 *
 * Flags: --size USERSxGROUPSxMEMBERSHIPS, --large the same for planning alone, --per-second N, --only requests,limit,large
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '10000x500x100000' },
    large: { type: 'string', default: '100000x2000x1000000' },
    'per-second': { type: 'string', default: '25' },
    'limit-size': { type: 'string', default: '1000x50x5000' },
    only: { type: 'string', default: 'requests,limit,large' },
  },
})

const root = join(import.meta.dirname, '..')
/** The built program where it was built, as people have it. */
const main = subjects()[0]?.main ?? ''
const folder = mkdtempSync(join(tmpdir(), 'scim-bench-'))
const token = join(folder, 'scim-token')
writeFileSync(token, SCIM_TOKEN, { mode: 0o600 })

const directoryOf = (size: string): Directory => {
  const [users = 0, groups = 0, memberships = 0] = size.split('x').map(Number)
  return { users, groups, memberships }
}

interface Usage {
  readonly cpuSeconds: number
  readonly maxRssBytes: number
  readonly aliveSeconds: number
}

async function run(args: readonly string[]): Promise<Usage> {
  const usageFile = join(folder, `usage-${String(performance.now())}`)
  const program = spawn(process.execPath, ['--import', join(root, 'bench/report-usage.mjs'), main, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, BENCH_USAGE_FILE: usageFile },
  })
  const [code] = (await once(program, 'close')) as [number]
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return JSON.parse(readFileSync(usageFile, 'utf8')) as Usage
}

const seconds = (value: number): string => value.toFixed(1)
const row = (...cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`)
const flagsOf = (state: string, url: string): readonly string[] => [
  ...['people', 'groups', 'members'].flatMap((name) => [`--${name}`, join(folder, `${name}.csv`)]),
  ...['--target', url, '--token-file', token, '--state', join(folder, state), '--log-level', 'warn'],
]

async function requests(directory: Directory): Promise<void> {
  await writeDirectory(folder, directory)
  const ours = await startTenant({ tenant: new Tenant() })
  const sent = async (args: readonly string[]): Promise<readonly [number, Usage]> => {
    const before = ours.scimRequests.length
    const usage = await run(args)
    return [ours.scimRequests.length - before, usage] as const
  }
  const [first, usage] = await sent(['scim', 'apply', ...flagsOf('first.db', ours.scimUrl), '--yes'])
  const [idle, idleUsage] = await sent(['scim', 'apply', ...flagsOf('first.db', ours.scimUrl), '--yes'])
  const [incremental, incrementalUsage] = await sent(['scim', 'run', '--once', ...flagsOf('first.db', ours.scimUrl)])
  await ours.close()
  const theirs = await startTenant({ tenant: new Tenant() })
  const entra = await entraWay(theirs.scimUrl, SCIM_TOKEN, directory)
  await theirs.close()
  const { users, groups, memberships } = directory
  console.log(`${users} users, ${groups} groups, ${memberships} memberships into an empty target\n`)
  row('cycle', 'requests', 'of Entra’s way', 'wall s', 'CPU s', 'peak RSS MB')
  row('---', '---:', '---:', '---:', '---:', '---:')
  const line = (name: string, count: number, { aliveSeconds, cpuSeconds, maxRssBytes }: Usage): void =>
    row(
      name,
      count,
      (count / entra).toFixed(3),
      seconds(aliveSeconds),
      seconds(cpuSeconds),
      (maxRssBytes / 1e6).toFixed(0),
    )
  line('first', first, usage)
  line('full, idle', idle, idleUsage)
  line('incremental, idle', incremental, incrementalUsage)
  row('Entra’s documented way, first', entra, '1.000', '', '', '')
}

async function limit(directory: Directory, perSecond: number): Promise<void> {
  await writeDirectory(folder, directory)
  const { users, groups, memberships } = directory
  console.log(`\n${users} users, ${groups} groups, ${memberships} memberships at ${perSecond} requests a second\n`)
  row('the limit is', 'requests', 'refused', 'wall s', 'the limit dictates s', 'ratio')
  row('---', '---:', '---:', '---:', '---:', '---:')
  const measure = async (name: string, flags: (url: string) => readonly string[]): Promise<void> => {
    const tenant = await startTenant({ tenant: new Tenant(), scimPerSecond: perSecond })
    const { aliveSeconds } = await run(['scim', 'apply', ...flags(tenant.scimUrl), '--yes'])
    const sent = tenant.scimRequests.length
    const refused = tenant.scimRequests.filter(({ status }) => status === 429).length
    const dictated = (sent - refused) / perSecond
    await tenant.close()
    row(name, sent, refused, seconds(aliveSeconds), seconds(dictated), (aliveSeconds / dictated).toFixed(2))
  }
  // As at Twingate, whose limit is published.
  await measure('known', (url) => {
    const file = join(folder, 'scim.yaml')
    const source = '{ type: csv, people: people.csv, groups: groups.csv, members: members.csv }'
    const target = `{ url: '${url}', token_file: scim-token, rate: ${perSecond} }`
    writeFileSync(file, `target: ${target}\nstate: known.db\nsource: ${source}\n`)
    return ['--config', file, '--log-level', 'warn']
  })
  await measure('learned from refusals', (url) => flagsOf('learned.db', url))
}

async function large(directory: Directory): Promise<void> {
  const { users, groups, memberships } = directory
  console.log(`\nplanning alone: ${users} users, ${groups} groups, against an empty target\n`)
  row('source', 'memberships', 'wall s', 'CPU s', 'peak RSS MB')
  row('---', '---:', '---:', '---:', '---:')
  const tenant = await startTenant({ tenant: new Tenant() })
  const plan = async (name: string, count: number, source: readonly string[]): Promise<void> => {
    const ends = ['--target', tenant.scimUrl, '--token-file', token, '--state', join(folder, `${name}-${count}.db`)]
    const out = ['--out', join(folder, 'plan'), '--log-level', 'warn']
    const usage = await run(['scim', 'plan', ...source, ...ends, ...out])
    row(name, count, seconds(usage.aliveSeconds), seconds(usage.cpuSeconds), (usage.maxRssBytes / 1e6).toFixed(0))
  }
  for (const share of [10, 1]) {
    const count = memberships / share
    await writeDirectory(folder, { users, groups, memberships: count })
    await plan('csv', count, flagsOf('x', tenant.scimUrl).slice(0, 6))
    const file = join(folder, `${count}.c1z`)
    await writeSnapshot(file, { users, groups, memberships: count })
    await plan('c1z', count, ['--source', file])
    console.error(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB`)
  }
  await tenant.close()
}

/** A snapshot of a made-up tenant of that size, by the program's own sync. */
async function writeSnapshot(file: string, { users, groups, memberships }: Directory): Promise<void> {
  const { seedTenant } = await import('../test/tenant/seed-tenant.ts')
  const tenant = seedTenant({
    users,
    groups,
    membershipsPerUser: Math.round(memberships / users),
    seed: 1,
    everyone: false,
  })
  const running = await startTenant({ tenant })
  const program = spawn(
    process.execPath,
    [
      join(root, 'cmd/baton-twingate/main.ts'),
      ...['--domain', 'bench', '--base-url', running.baseUrl, '--file', file, '--log-level', 'warn'],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, BATON_API_KEY: 'tenant-read-key' } },
  )
  const [code] = (await once(program, 'close')) as [number]
  await running.close()
  if (code !== 0) throw new Error(`the sync ended with ${code}`)
}

const [cpu] = cpus()
console.log(`${cpus().length} × ${cpu?.model ?? 'unknown'}, node ${process.version}, ${new Date().toISOString()}\n`)
const parts = values.only.split(',')
try {
  if (parts.includes('requests')) await requests(directoryOf(values.size))
  if (parts.includes('limit')) await limit(directoryOf(values['limit-size']), Number(values['per-second']))
  if (parts.includes('large')) await large(directoryOf(values.large))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
