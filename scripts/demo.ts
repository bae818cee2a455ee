import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { READ_KEY } from '../test/support/tenant/api-keys.ts'
import { startTenant } from '../test/support/tenant/start-tenant.ts'

/** Variables that set something: those of a real network must not reach the demo, nor its key be used for it. */
const SETTINGS = /^(BATON_|CREDENTIALS_DIRECTORY$|STATE_DIRECTORY$)/

// Syncs the built-in demo tenant to ./sync.c1z, by the same program and flags as a real network.
const tenant = await startTenant()
const folder = await mkdtemp(join(tmpdir(), 'baton-twingate-demo-'))
// In place of a ./.baton.yaml that may be there.
const config = join(folder, 'demo.yaml')
await writeFile(config, `api-key: ${READ_KEY}\n`)
const args = ['--domain', 'demo', '--base-url', tenant.baseUrl, '--log-level', 'warn', ...process.argv.slice(2)]
console.log(`$ baton-twingate ${args.join(' ')}   (with the demo tenant's key)\n`)
const program = spawn(process.execPath, [join(import.meta.dirname, '../cmd/baton-twingate/main.ts'), ...args], {
  stdio: 'inherit',
  env: {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.test(name))),
    BATON_CONFIG_PATH: config,
  },
})
const [code] = (await once(program, 'exit')) as [number | null]
await tenant.close()
await rm(folder, { recursive: true, force: true })
if (code === 0) console.log('\nLook into it with the official tool: npm run baton -- resources -f sync.c1z')
process.exitCode = code ?? 1
