import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { READ_KEY } from '../test/support/tenant/api-keys.ts'
import { startTenant } from '../test/support/tenant/start-tenant.ts'

// Syncs the built-in demo tenant to ./sync.c1z, by the same program and flags as a real network.
const tenant = await startTenant()
const args = ['--domain', 'demo', '--base-url', tenant.baseUrl, '--log-level', 'warn', ...process.argv.slice(2)]
console.log(`$ baton-twingate ${args.join(' ')}   (BATON_API_KEY is set to the demo tenant's key)\n`)
const program = spawn(process.execPath, [join(import.meta.dirname, '../cmd/baton-twingate/main.ts'), ...args], {
  stdio: 'inherit',
  env: { ...process.env, BATON_API_KEY: READ_KEY },
})
const [code] = (await once(program, 'exit')) as [number | null]
await tenant.close()
if (code === 0) console.log('\nLook into it with the official tool: npm run baton -- resources -f sync.c1z')
process.exitCode = code ?? 1
