import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'

/** Starts the test tenant in a process of its own, with the flags of `npm run tenant`. */
export async function startTenantProcess(flags: readonly string[]) {
  const main = join(import.meta.dirname, '../test/tenant/main.ts')
  const tenant = spawn(process.execPath, [main, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: tenant.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(stripVTControlCharacters(line))?.[0]
    if (url !== undefined) return { url, stop: () => tenant.kill() }
  }
  throw new Error('the tenant did not start')
}
