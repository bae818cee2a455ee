import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { WRITE_KEY } from '../test/tenant/api-keys.ts'
import { startTenant, type Limits } from '../test/tenant/start-tenant.ts'
import { Tenant } from '../test/tenant/tenant.ts'

/**
 * Puts 1,000 users into 10 groups with the real program (`apply --from`), once without a limit and once under a limit of writes, and prints
 * the requests and the time.
 *
 * Flags: --users N, --groups N, --limit WRITES a window (reads: three times as many), --window-ms N (the published window is 60,000).
 */
const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '1000' },
    groups: { type: 'string', default: '10' },
    limit: { type: 'string', default: '20' },
    'window-ms': { type: 'string', default: '60000' },
  },
})
const users = Number(values.users)
const groups = Number(values.groups)
const writes = Number(values.limit)
const program = join(import.meta.dirname, '../cmd/baton-twingate/main.ts')

async function measure(name: string, limits: Limits | undefined): Promise<string> {
  const tenant = new Tenant()
  for (let i = 0; i < groups; i++) tenant.addGroup({ name: `Team ${i}` })
  for (let i = 0; i < users; i++) tenant.addUser()
  const server = await startTenant({ tenant, ...(limits && { limits }) })
  const folder = mkdtempSync(join(tmpdir(), 'baton-twingate-bench-'))
  const rows = tenant.users.map((user, i) => `grant,${tenant.groups[i % groups]?.id ?? ''},${user.id}`)
  const file = join(folder, 'changes.csv')
  writeFileSync(file, `operation,target,user\n${rows.join('\n')}\n`)
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [program, 'apply', '--from', file, '--domain', 'bench', '--base-url', server.baseUrl, '--log-level', 'error'],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, BATON_API_KEY: WRITE_KEY } },
  )
  const [code] = (await once(child, 'exit')) as [number]
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const counts = server.counts()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
  const reached = tenant.membershipCount === users && code === 0 ? 'all' : `${tenant.membershipCount}, exit ${code}`
  return `| ${name} | ${reached} | ${counts.reads} | ${counts.writes} | ${counts.limited} | ${seconds} |`
}

console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, node ${process.version}, ${new Date().toISOString()}\n`,
)
console.log(`${users} users into ${groups} groups\n`)
console.log(
  '| limit | memberships made | reads | writes | refused | wall s |\n| --- | ---: | ---: | ---: | ---: | ---: |',
)
console.log(await measure('none', undefined))
const windowMs = Number(values['window-ms'])
const name = `${writes} writes and ${writes * 3} reads in ${windowMs / 1000} s`
console.log(await measure(name, { model: 'fixed', reads: writes * 3, writes, windowMs }))
