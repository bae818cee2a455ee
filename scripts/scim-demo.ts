import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { READ_KEY } from '../test/tenant/api-keys.ts'
import { SCIM_TOKEN } from '../test/tenant/scim/endpoint.ts'
import { startTenant } from '../test/tenant/start-tenant.ts'

// Thirty people from csv files: plan, apply, plan again, then a sync that shows them. By the same program and flags as a real network.
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'scim-demo-'))
const tenant = await startTenant()
writeFileSync(join(folder, 'scim-token'), SCIM_TOKEN, { mode: 0o600 })

/** The variables of whoever tries the demo must not change what it does. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('BATON_')))

async function run(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<void> {
  console.log(`\n$ baton-twingate ${args.join(' ')}\n`)
  const program = spawn(process.execPath, [join(root, 'cmd/baton-twingate/main.ts'), ...args], {
    stdio: 'inherit',
    env: { ...env, ...variables },
  })
  const [code] = (await once(program, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`it ended with exit code ${String(code)}`)
}

const files = ['people', 'groups', 'members'].flatMap((name) => [`--${name}`, join('examples/scim', `${name}.csv`)])
const ends = [
  '--target',
  tenant.scimUrl,
  '--token-file',
  join(folder, 'scim-token'),
  '--state',
  join(folder, 'state.db'),
]
try {
  process.chdir(root)
  await run(['scim', 'plan', ...files, ...ends, '--log-level', 'warn'])
  await run(['scim', 'apply', ...files, ...ends, '--yes', '--log-level', 'warn'])
  await run(['scim', 'plan', ...files, ...ends, '--log-level', 'warn'])
  const sync = ['--domain', 'demo', '--base-url', tenant.baseUrl, '--file', 'demo.c1z', '--log-level', 'warn']
  await run(sync, { BATON_API_KEY: READ_KEY })
  const arrived = tenant.tenant.users.filter(({ email }) => email?.endsWith('@fabrik.example') === true)
  console.log(
    `\n${String(arrived.length)} people are in Twingate and in demo.c1z; Qadir Aziz is inactive in people.csv and was not created.`,
  )
} finally {
  await tenant.close()
  rmSync(folder, { recursive: true, force: true })
}
