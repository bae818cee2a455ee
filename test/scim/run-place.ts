import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { startProgram } from '../support/run-program.ts'
import { SCIM_TOKEN } from '../tenant/scim/endpoint.ts'
import { startTenant } from '../tenant/start-tenant.ts'
import { Tenant } from '../tenant/tenant.ts'

export const HEAD = 'externalId,userName,givenName,familyName,email,active\n'
export const person = (n: number, given = 'Ann'): string =>
  `E${n},p${n}@fabrik.example,${given},Berg,p${n}@fabrik.example,true\n`
export const people = (count: number, given?: string): string =>
  HEAD + Array.from({ length: count }, (_, n) => person(n, given)).join('')

/** A directory of twenty people, an empty target, and the program between them. */
export async function openPlace(yaml = '') {
  const folder = mkdtempSync(join(tmpdir(), 'scim-run-'))
  const tenant = await startTenant({ tenant: new Tenant() })
  onTestFinished(async () => {
    await tenant.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const write = (name: string, content: string): void => writeFileSync(join(folder, name), content)
  write('token', SCIM_TOKEN)
  write('people.csv', people(20))
  write(
    'scim.yaml',
    `target: { url: '${tenant.scimUrl}', token_file: token }\nsource: { type: csv, people: people.csv }\nstate: state.db\n${yaml}`,
  )
  const start = (...args: string[]) => startProgram(['scim', ...args], { cwd: folder, atEnd: onTestFinished })
  const run = (...args: string[]) => start(...args).ended
  const status = async () => JSON.parse((await run('status', '--output', 'json')).stdout) as Record<string, unknown>
  return { folder, tenant, write, start, run, status }
}
