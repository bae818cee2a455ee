import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { LogRecord } from '../../src/scim/state/log-records.ts'
import { freePort } from '../support/free-port.ts'
import { SCIM_TOKEN } from '../tenant/scim/endpoint.ts'
import { openPlace, people } from './run-place.ts'

describe('scim run', () => {
  it('provisions everybody at first, and then sends no request while nothing changes', async () => {
    const { tenant, run, status } = await openPlace()
    expect((await run('run', '--once')).code).toBe(0)
    expect(tenant.tenant.users).toHaveLength(20)
    const before = tenant.scimRequests.length
    expect((await run('run', '--once')).code).toBe(0)
    expect(tenant.scimRequests).toHaveLength(before)
    expect(await status()).toMatchObject({ code: 'Active', running: false, linked: 20, escrowed: 0 })
  })

  it('keeps running, notices a change at the source, and ends on SIGTERM with 0', async () => {
    const { tenant, write, start } = await openPlace()
    const program = start('run', '--interval', '1s')
    await vi.waitFor(() => expect(tenant.tenant.users).toHaveLength(20), { timeout: 30_000 })
    write('people.csv', people(20, 'Anna'))
    await vi.waitFor(() => expect(tenant.tenant.users.map(({ firstName }) => firstName)).not.toContain('Ann'), {
      timeout: 30_000,
    })
    program.kill('SIGTERM')
    expect((await program.ended).code).toBe(0)
  })

  it('begins no cycle while it is paused, and does on resume without waiting for the interval', async () => {
    const { tenant, write, start, run } = await openPlace()
    const program = start('run', '--interval', '1h')
    await vi.waitFor(async () => expect((await run('status')).stdout).toContain('succeeded'), { timeout: 30_000 })
    expect((await run('pause')).stdout).toMatch(/^paused/)
    write('people.csv', people(21))
    expect((await run('status')).stdout).toContain('paused')
    expect(tenant.tenant.users).toHaveLength(20)
    expect((await run('resume')).stdout).toMatch(/^resumed/)
    await vi.waitFor(() => expect(tenant.tenant.users).toHaveLength(21), { timeout: 30_000 })
    program.kill('SIGTERM')
    expect((await program.ended).code).toBe(0)
  })

  it('lets no second program work with the same state', async () => {
    const { start, run } = await openPlace()
    const program = start('run', '--interval', '1h')
    await vi.waitFor(async () => expect((await run('status')).stdout).toContain('succeeded'), { timeout: 30_000 })
    const second = await run('run', '--once')
    expect([second.code, second.stderr]).toEqual([9, expect.stringContaining('another run works with the state')])
    program.kill('SIGTERM')
    await program.ended
  })

  it('serves health and metrics, in which the first failure is seen', async () => {
    const { start } = await openPlace()
    const port = await freePort()
    const program = start('run', '--interval', '1h', '--health-check', '--health-check-port', String(port))
    const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()
    await vi.waitFor(async () => expect(await ask('/metrics')).toContain('cycles_total{state="succeeded"} 1'), {
      timeout: 30_000,
    })
    expect(await ask('/metrics')).toContain('baton_scim_cycles_total{state="failed"} 0')
    expect(await ask('/metrics')).toContain('baton_scim_objects_total{result="created"} 20')
    expect(await ask('/ready')).toContain('"ready"')
    expect(await ask('/health')).toContain('"healthy"')
    program.kill('SIGTERM')
    await program.ended
  })
})

describe('many leavers', () => {
  it('wait in quarantine, are told to the webhook once, and go when they are allowed', async () => {
    const notices: unknown[] = []
    const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      notices.push(JSON.parse(await text(request)))
      response.writeHead(204).end()
    }
    const hook = createServer((request, response) => void take(request, response))
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void hook.close())
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook/7f3a`
    const { tenant, write, run, status } = await openPlace(`notify: { webhook: { url: '${url}' } }\n`)
    await run('run', '--once')
    write('people.csv', people(4))
    expect((await run('run', '--once')).code).toBe(9)
    expect(tenant.tenant.users.filter(({ state }) => state === 'DISABLED')).toHaveLength(0)
    expect(notices).toMatchObject([{ reason: 'TooManyDeletes', target: tenant.scimUrl }])
    expect(await status()).toMatchObject({ code: 'Quarantine', staged: 16 })

    const early = await run('run', '--once')
    expect([early.code, early.stderr]).toEqual([9, expect.stringContaining('in quarantine until')])
    await run('restart', '--reset', 'quarantine')
    await run('run', '--once')
    expect(notices).toHaveLength(2)

    expect((await run('allow-deletes')).stdout).toMatch(/^16 objects/)
    expect((await run('run', '--once')).code).toBe(0)
    expect(tenant.tenant.users.filter(({ state }) => state === 'DISABLED')).toHaveLength(16)
    expect((await run('allow-deletes')).code).toBe(5)
  })
})

describe('scim log', () => {
  it('has a record for each object, with its steps and what changed', async () => {
    const { write, run } = await openPlace()
    await run('run', '--once')
    write('people.csv', people(20).replace('Ann', 'Anna'))
    await run('run', '--once')
    const lines = (await run('log', '--output', 'json')).stdout.trimEnd().split('\n')
    const records = lines.map((line) => LogRecord.parse(JSON.parse(line)))
    expect(records.filter(({ provisioningAction }) => provisioningAction === 'create')).toHaveLength(20)
    expect(records.at(-1)).toMatchObject({
      provisioningAction: 'update',
      status: 'success',
      modifiedProperties: [{ displayName: 'name.givenName', oldValue: 'Ann', newValue: 'Anna' }],
    })
    expect(records.at(-1)?.provisioningSteps.map(({ type }) => type)).toEqual([
      'import',
      'scoping',
      'matching',
      'processing',
      'export',
    ])
    expect((await run('log')).stdout).toContain('name.givenName: "Ann" → "Anna"')
  })

  it('shows failures alone where they are asked for', async () => {
    const { write, run } = await openPlace()
    await run('run', '--once')
    expect(await run('log', '--failed')).toMatchObject({ code: 0, stdout: '', stderr: 'nothing failed\n' })
    write('people.csv', people(20).replace('p3@fabrik.example,Ann,Berg,p3@', 'p3@fabrik.example,Ann,Berg,other@'))
    expect((await run('run', '--once')).code).toBe(10)
    const failed = (await run('log', '--failed')).stdout
    expect(failed).toContain('p3@fabrik.example')
    expect(failed).toContain('cannot be changed')
    expect(failed).not.toContain('p4@')
  })
})

describe('a token that is refused', () => {
  it('puts the engine into quarantine at once, and is read again from its file the next time', async () => {
    const { tenant, write, run, status, folder } = await openPlace()
    await run('run', '--once')
    tenant.setScimToken('fresh-token')
    write('people.csv', people(21))
    const refused = await run('run', '--once')
    expect(refused.code).toBe(16)
    expect(await status()).toMatchObject({
      code: 'Quarantine',
      quarantine: { reason: 'EncounteredQuarantineException' },
    })
    write('token', 'fresh-token')
    await run('restart', '--reset', 'quarantine')
    expect((await run('run', '--once')).code).toBe(0)
    expect(tenant.tenant.users).toHaveLength(21)
    const said = [refused.stderr, readFileSync(join(folder, 'state.db'), 'latin1')].join('')
    expect(said).not.toContain(SCIM_TOKEN)
  })
})
