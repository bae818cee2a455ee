import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTenant } from '../test/support/tenant/start-tenant.ts'
import { READ_KEY } from '../test/support/tenant/api-keys.ts'

/** Prints how long it takes from the start of the process to the arrival of its first request, over several runs. */
const RUNS = 9
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'baton-twingate-bench-'))
const times: number[] = []
for (let run = 0; run < RUNS; run++) {
  const tenant = await startTenant()
  const started = Date.now()
  const program = spawn(
    process.execPath,
    [
      join(root, 'cmd/baton-twingate/main.ts'),
      ...['--domain', 'bench', '--base-url', tenant.baseUrl, '-f', join(folder, 'sync.c1z')],
    ],
    { stdio: 'ignore', env: { ...process.env, BATON_API_KEY: READ_KEY } },
  )
  await once(program, 'exit')
  times.push((tenant.requests[0]?.at ?? Number.NaN) - started)
  await tenant.close()
}
rmSync(folder, { recursive: true, force: true })
const [first = 0, ...warm] = times
warm.sort((a, b) => a - b)
console.log(
  `start to first request: first run ${first} ms; then median ${warm[Math.floor(warm.length / 2)]} ms, least ${warm[0]} ms, most ${warm.at(-1)} ms`,
)
