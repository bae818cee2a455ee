import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { HeldPage, Search, Session } from '../../src/explorer/server/answers.ts'
import { startProgram } from '../support/run-program.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { READ_KEY } from '../tenant/api-keys.ts'
import { startTenant } from '../tenant/start-tenant.ts'

it('a review ends in a file that apply plans, at the network that was synced', async () => {
  const server = await startTenant()
  onTestFinished(() => server.close())
  const cwd = temporaryFolder(onTestFinished)
  const env = { BATON_API_KEY: READ_KEY, BATON_BASE_URL: server.baseUrl, BATON_DOMAIN: 'acme' }
  const run = (...args: readonly string[]) => startProgram(args, { cwd, env, atEnd: onTestFinished })
  expect((await run().ended).code).toBe(0)
  const url = (await run('explorer', '--port', '0').said(/\n/)).trim()
  const { origin } = new URL(url)
  const { headers } = await fetch(url, { redirect: 'manual' })
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
  const json = async <T>(path: string): Promise<T> =>
    (await (await fetch(new URL(path, url), { headers: { cookie } })).json()) as T
  const { csrf } = await json<Session>('/api/session')
  const { hits } = await json<Search>('/api/search?q=production%20database')
  const { rows } = await json<HeldPage>(`/api/holders?key=${encodeURIComponent(hits[0]?.key ?? '')}`)
  const [person] = rows.filter(({ principal, how }) => principal.kind === 'user' && how === 'inherited')
  const sent = await fetch(new URL('/api/review', url), {
    method: 'POST',
    headers: { cookie, origin, 'content-type': 'application/json', 'x-explorer-csrf': csrf },
    body: JSON.stringify({
      entitlementId: person?.ways[0]?.steps[0]?.entitlementId,
      principalKey: person?.principal.key,
      verdict: 'revoke',
      reviewer: 'Mona',
    }),
  })
  expect(sent.status).toBe(200)
  const csv = await (await fetch(new URL('/api/review/apply.csv', url), { headers: { cookie } })).text()
  writeFileSync(join(cwd, 'revoke.csv'), csv)
  const applied = await run('apply', 'revoke.csv', '--dry-run', '--output', 'json').ended
  expect([applied.code, applied.stderr]).toEqual([0, expect.any(String)])
  const [line = ''] = applied.stdout.split('\n')
  expect(JSON.parse(line)).toMatchObject({ operation: 'revoke', outcome: 'planned' })
})
