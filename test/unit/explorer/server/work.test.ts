import { createHash, createPublicKey, verify } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readChangeRows } from '../../../../src/commands/change-rows.ts'
import type { History } from '../../../../src/explorer/server/answers.ts'
import type { Changes, Findings, Growth, Moments, Review, Runs } from '../../../../src/explorer/server/answers-work.ts'
import { startState } from '../../../../src/sdk/service/watch/state.ts'
import { statusDocument, statusPath, tenantStateDirs } from '../../../../src/sdk/service/watch/status-file.ts'
import { openState } from '../../../../src/scim/state/open-state.ts'
import { Cycles } from '../../../../src/scim/state/cycles.ts'
import { Quarantine } from '../../../../src/scim/state/quarantine.ts'
import { ACME, LATER } from '../../../support/readers/acme.ts'
import { makeSnapshot, type MadeSync } from '../../../support/readers/make-snapshot.ts'
import { rowsOf } from '../../readers/fixture.ts'
import { seedTenant, startTenant, syncTenant } from '../../../tenant/index.ts'
import { CSRF, serve, serveFiles } from './fixture.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe('changes', () => {
  it('are those of diff, administrators first, with what is gone at the earlier sync', async () => {
    const { json, file } = await serve([ACME, LATER])
    const { rows, counts, before } = await json<Changes>(`/api/changes?beforeSync=${ACME.id}&limit=500`)
    const readers = await rowsOf(file, 'diff', ACME.id, LATER.id)
    expect(rows).toHaveLength(readers.length)
    expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBe(readers.length)
    expect(before.id).toBe(ACME.id)
    const admins = rows.map(({ admin }) => admin)
    expect(admins).toEqual(admins.toSorted((a, b) => Number(b) - Number(a)))
    expect(admins).toContain(true)
    expect(rows.find(({ what, change }) => what === 'group' && change === 'removed')).toMatchObject({
      subject: { key: 'group:none', name: 'Nobody yet' },
      at: 'before',
    })
    expect(rows.find(({ what, change }) => what === 'grant' && change === 'added')).toMatchObject({
      subject: { key: 'user:zoe1' },
      on: { key: 'role:admin' },
      at: 'after',
    })
  })

  it('go over the files of a folder, and tell what cannot be read', async () => {
    const folder = newFolder()
    makeSnapshot(join(folder, 'old.c1z'), [ACME])
    makeSnapshot(join(folder, 'new.c1z'), [LATER])
    writeFileSync(join(folder, 'broken.c1z'), 'C1ZF\0nonsense')
    const { json } = await serveFiles({ names: [], dir: folder, cwd: folder, tempDir: folder })
    const { moments, unread } = await json<Moments>('/api/moments')
    expect(moments.map(({ sync }) => sync)).toEqual([ACME.id, LATER.id])
    expect(unread).toEqual([expect.stringContaining('broken.c1z')])
    const [old, now] = moments
    const changes = await json<Changes>(
      `/api/changes?file=${encodeURIComponent(now?.file ?? '')}&beforeFile=${encodeURIComponent(old?.file ?? '')}&beforeSync=${ACME.id}`,
    )
    expect(changes.total).toBeGreaterThan(5)
  })

  it('show crown jewels first: what has the tag, and what a group opens', async () => {
    const tag = (sync: MadeSync): MadeSync => ({
      ...sync,
      things: [
        ...(sync.things ?? []).map((thing) =>
          thing.id === 'resource:db' ? { ...thing, profile: { tags: 'tier=0,env=prod' } } : thing,
        ),
        // Of the same name as the group that opens db.
        { id: 'group:other', name: 'Engineering' },
      ],
      entitlements: { ...sync.entitlements, 'group:other': ['member'] },
    })
    const later = tag(LATER)
    const grants = [
      ...(later.grants ?? []),
      { on: 'group:eng:member', to: 'user:eve' },
      { on: 'group:other:member', to: 'user:zoe2' },
    ]
    const changesWith = async (jewels?: readonly string[]) => {
      const { json } = await serve([tag(ACME), { ...later, grants }], {}, jewels)
      return (await json<Changes>(`/api/changes?beforeSync=${ACME.id}&limit=500`)).rows
    }
    const rows = await changesWith()
    const said = ({ change, what, subject, on }: Changes['rows'][number]) =>
      [change, what, subject?.key, on?.key].filter(Boolean).join(' ')
    const jewels = rows.filter(({ jewel }) => jewel)
    expect(rows.slice(0, jewels.length)).toEqual(jewels)
    expect(jewels.map(said)).toEqual(
      expect.arrayContaining(['added grant user:eve group:eng', 'expired grant user:bob group:eng']),
    )
    expect(jewels.map(said).filter((text) => text.includes('group:other') || text.includes('role:admin'))).toEqual([])
    expect(rows.map(said)).toContain('added grant user:zoe2 group:other')
    const others = await changesWith(['env=test'])
    expect(others.filter(({ jewel }) => jewel).map(said)).toContain('removed grant user:ada resource:wiki')
    expect((await changesWith(['tier=7'])).filter(({ jewel }) => jewel)).toEqual([])
  })

  it('are read anew from a file that was replaced', async () => {
    const { json, file } = await serve([ACME])
    expect(await json('/api/overview')).toMatchObject({ sync: { id: ACME.id } })
    makeSnapshot(file, [ACME, LATER])
    expect(await json('/api/overview')).toMatchObject({ sync: { id: LATER.id } })
  })
})

describe('findings', () => {
  it('are those of check, the worst first', async () => {
    const { json, file } = await serve([ACME])
    const { rows, levels } = await json<Findings>('/api/findings?limit=500')
    const readers = await rowsOf(file, 'check')
    expect(rows.map(({ message }) => message).toSorted()).toEqual(
      readers.map(({ message }) => String(message)).toSorted(),
    )
    expect(levels.error + levels.warning + levels.note).toBe(rows.length)
    expect(rows.length).toBeGreaterThan(0)
  })
})

describe('findings of files of rules', () => {
  const RULES = `tests:
  - name: no database for engineers
    src: Engineering
    deny: db
  - name: a name that is not there
    src: nobody at all
    deny: db
rules:
  empty-group: false
`

  it('are shown beside the built-in ones, with the path that breaks them and what cannot be run', async () => {
    const folder = newFolder()
    makeSnapshot(join(folder, 'acme.c1z'), [ACME])
    writeFileSync(join(folder, 'rules.yaml'), RULES)
    const place = { names: [join(folder, 'acme.c1z')], dir: undefined, cwd: folder, tempDir: folder }
    const { json, ask } = await serveFiles(place, {}, { rules: { names: ['rules.yaml'], cwd: folder } })
    const { rows, files, rules, errors } = await json<Findings>('/api/findings?limit=500')
    expect(files).toEqual(['rules.yaml'])
    const [broken] = rows.filter(({ test }) => test === 'no database for engineers')
    expect(broken).toMatchObject({ rule: 'deny', level: 'error', about: { key: 'user:ada' } })
    expect(broken?.way?.steps.map(({ on }) => on.name)).toEqual(['Engineering', 'db'])
    expect(rules.slice(0, 2)).toEqual([
      { id: 'no database for engineers', summary: 'rules.yaml:2', found: 2 },
      { id: 'a name that is not there', summary: 'rules.yaml:5', found: 0 },
    ])
    expect(rules.map(({ id }) => id)).not.toContain('empty-group')
    expect(errors).toEqual([expect.stringMatching(/^rules\.yaml:5: .*nobody at all/)])
    const byTest = await json<Findings>('/api/findings?rule=no%20database%20for%20engineers')
    expect(byTest.total).toBe(2)
    expect((await ask('/api/csv/findings')).body).toContain('Ada → Engineering → db')
    // A file of rules that was changed is read anew.
    writeFileSync(join(folder, 'rules.yaml'), 'rules: { disabled-member: false }\n')
    expect((await json<Findings>('/api/findings?limit=500')).rows.filter(({ test }) => test !== null)).toEqual([])
  })

  it('have the way to the role, the group or the resource that a built-in rule is about', async () => {
    const { json } = await serve([ACME])
    const { rows } = await json<Findings>('/api/findings?limit=500')
    const ways = rows.map(({ rule, about, way }) => [rule, about.key, way?.steps.map(({ on }) => on.key) ?? null])
    expect(ways).toContainEqual(['disabled-member', 'user:bob', ['group:eng']])
    expect(ways).toContainEqual(['last-admin', 'user:ada', ['role:admin']])
    expect(ways).toContainEqual(['empty-group', 'group:none', null])
  })
})

describe('a folder of files', () => {
  it('is one line of growth and one history, of the network that is looked at', async () => {
    const folder = newFolder()
    makeSnapshot(join(folder, 'old.c1z'), [ACME])
    makeSnapshot(join(folder, 'new.c1z'), [LATER])
    const { json, ask } = await serveFiles({ names: [], dir: folder, cwd: folder, tempDir: folder })
    const file = encodeURIComponent(join(folder, 'new.c1z'))
    const { points, sync } = await json<Growth>(`/api/growth?file=${file}`)
    expect(sync.id).toBe(LATER.id)
    expect(points.map((point) => [point.sync, point.resources['user'], point.resources['group']])).toEqual([
      [ACME.id, 4, 3],
      [LATER.id, 5, 2],
    ])
    const { events, syncs } = await json<History>(`/api/history?file=${file}&key=user:bob`)
    expect([syncs, events.map(({ syncId, what }) => [syncId, what])]).toEqual([
      2,
      [
        [LATER.id, 'status'],
        [LATER.id, 'access'],
        [ACME.id, 'in the oldest sync at hand'],
      ],
    ])
    const { body } = await ask(`/api/csv/history?file=${file}&key=user:bob`)
    expect(body.split('\r\n').slice(0, 2)).toEqual([
      'at,file,sync,what,before,after',
      expect.stringMatching(/^2026-03-02T03:05:05\.000Z,.*new\.c1z,.*,status,disabled,enabled$/),
    ])
  })

  it('keeps two networks apart', async () => {
    const folder = newFolder()
    const tenants = [await startTenant(), await startTenant({ tenant: seedTenant({ users: 3, groups: 2 }) })]
    for (const tenant of tenants) onTestFinished(() => tenant.close())
    for (const [i, tenant] of tenants.entries())
      await syncTenant(tenant, join(folder, `${i}.c1z`), { network: `n${i}` })
    const { json } = await serveFiles({ names: [], dir: folder, cwd: folder, tempDir: folder })
    const { points } = await json<Growth>(`/api/growth?file=${encodeURIComponent(join(folder, '1.c1z'))}`)
    expect(points.map(({ file }) => file)).toEqual([join(folder, '1.c1z')])
    expect((await json<Moments>('/api/moments')).moments).toHaveLength(2)
  })
})

describe('a review', () => {
  const decision = {
    entitlementId: 'group:eng:member',
    principalKey: 'user:ada',
    verdict: 'revoke',
    reviewer: 'Mona',
    note: '<b>left</b>',
  }

  it('is kept beside the file, and writes only with the word of the page', async () => {
    const { json, ask, port, file } = await serve([ACME])
    const before = readFileSync(file)
    const origin = `http://127.0.0.1:${port}`
    const sending = { method: 'POST', body: JSON.stringify(decision) }
    const headers = { origin, 'content-type': 'application/json' }
    expect((await ask('/api/review', { ...sending, headers })).status).toBe(403)
    expect((await ask('/api/review', { ...sending, headers: { ...headers, 'x-explorer-csrf': 'guess' } })).status).toBe(
      403,
    )
    expect(
      (
        await ask('/api/review', {
          ...sending,
          headers: { ...headers, origin: 'http://evil.example', 'x-explorer-csrf': CSRF },
        })
      ).status,
    ).toBe(403)
    expect(existsSync(`${file}.review.db`)).toBe(false)
    const full = { ...headers, 'x-explorer-csrf': CSRF }
    expect((await ask('/api/review', { ...sending, headers: full })).status).toBe(200)
    const unknown = JSON.stringify({ ...decision, principalKey: 'user:zoe2' })
    expect((await ask('/api/review', { method: 'POST', body: unknown, headers: full })).status).toBe(404)
    expect(await json<Review>('/api/review')).toMatchObject({
      counts: { keep: 0, revoke: 1 },
      rows: [
        {
          ...decision,
          principalName: 'Ada',
          resourceName: 'Engineering',
          byHand: null,
          isThere: true,
          syncId: ACME.id,
        },
      ],
    })
    const undo = '/api/review?entitlementId=group:eng:member&principalKey=user:ada'
    expect((await ask(undo, { method: 'DELETE', headers: full })).status).toBe(200)
    expect((await json<Review>('/api/review')).total).toBe(0)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('gives the file that apply takes, and evidence that is signed', async () => {
    const { ask, port, file } = await serve([ACME])
    const headers = { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json', 'x-explorer-csrf': CSRF }
    const put = (more: object) =>
      ask('/api/review', { method: 'POST', headers, body: JSON.stringify({ ...decision, ...more }) })
    await put({})
    await put({ principalKey: 'user:bob', verdict: 'keep' })
    const { body: decisions } = await ask('/api/csv/review')
    expect(decisions.split('\r\n').filter((line) => /^(keep|revoke),/.test(line))).toHaveLength(2)
    await put({ entitlementId: 'role:admin:member' })
    const { rows, problems } = readChangeRows((await ask('/api/review/apply.csv')).body)
    expect(problems).toEqual([])
    expect(rows).toEqual([{ operation: 'revoke', target: 'bid:r:group/eng', user: 'bid:r:user/ada', line: 2 }])
    const html = (await ask('/api/review/evidence.html')).body
    expect(html).not.toContain('<b>left')
    const part = (id: string): string =>
      (new RegExp(`<pre id="${id}">([^<]*)</pre>`).exec(html)?.[1] ?? '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&')
    const statement = part('statement')
    const signature = Buffer.from(part('signature'), 'base64')
    expect(verify(null, Buffer.from(statement), createPublicKey(part('key')), signature)).toBe(true)
    expect(verify(null, Buffer.from(`${statement} `), createPublicKey(part('key')), signature)).toBe(false)
    const said = JSON.parse(statement) as { snapshot: { sha256: string }; decisions: readonly unknown[] }
    expect(said.snapshot.sha256).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'))
    expect(said.decisions).toHaveLength(3)
  })
})

describe('runs', () => {
  const ambient = {
    ...{ env: {}, cwd: '/', tempDir: '/tmp', uid: 1000, host: 'here', isAlive: () => true },
    now: () => new Date('2026-03-03T00:00:10Z'),
  }
  const clock = { now: () => new Date('2026-03-03T00:00:05Z'), monotonicMs: () => 0 }

  it('show what a daemon and an engine of scim tell of themselves', async () => {
    const folder = newFolder()
    makeSnapshot(join(folder, 'acme.c1z'), [ACME])
    const started = { ...startState('schedule', clock.now()), connection: 'connected' as const }
    const running = [
      {
        id: 't1',
        kind: 'sync-full' as const,
        since: clock.now(),
        progress: { phase: 'reading users', done: 3, total: 9 },
      },
    ]
    const document = statusDocument({ ...started, running }, { version: '1', pid: 7, host: 'here' }, clock)
    writeFileSync(statusPath(folder), JSON.stringify(document))
    const path = join(folder, 'state.db')
    const state = openState(path)
    new Cycles(state.database).begin('initial', undefined, clock.now())
    new Quarantine(state.database).enter('TooManyDeletes', '60 of 90 would go', clock.now(), 1_000)
    state.close()
    const { json, ask } = await serveFiles(
      { names: [join(folder, 'acme.c1z')], dir: undefined, cwd: folder, tempDir: folder },
      {},
      { runs: { stateDir: folder, scimState: path, ambient } },
    )
    expect((await ask('/api/csv/runs?table=errors')).body).toBe('tenant,at,where,message\r\n')
    expect((await ask('/api/csv/runs?table=cycles')).body).toMatch(/^id,kind,state,.*\r\n1,initial,interrupted,/)
    expect((await ask('/api/csv/runs?table=log')).body).toMatch(/^at,kind,name,action,status,reason\r\n/)
    expect((await ask('/api/csv/runs?table=other')).status).toBe(400)
    expect(await json<Runs>('/api/runs')).toMatchObject({
      daemons: [
        { tenant: null, running: true, mode: 'schedule', tasks: [{ phase: 'reading users', done: 3, total: 9 }] },
      ],
      scim: {
        missing: null,
        code: 'Quarantine',
        quarantine: { detail: '60 of 90 would go' },
        cycles: [{ state: 'interrupted' }],
      },
    })
  })

  it('are told for each tenant of a daemon with several', async () => {
    const folder = newFolder()
    makeSnapshot(join(folder, 'acme.c1z'), [ACME])
    const state = startState('schedule', new Date())
    for (const tenant of ['acme', 'globex']) {
      mkdirSync(join(tenantStateDirs(folder), tenant), { recursive: true })
      const document = statusDocument(state, { tenant, version: '1', pid: 7, host: 'here' }, clock)
      writeFileSync(statusPath(join(tenantStateDirs(folder), tenant)), JSON.stringify(document))
    }
    const { json } = await serveFiles(
      { names: [join(folder, 'acme.c1z')], dir: undefined, cwd: folder, tempDir: folder },
      {},
      { runs: { stateDir: folder, scimState: undefined, ambient } },
    )
    expect((await json<Runs>('/api/runs')).daemons.map(({ tenant }) => tenant)).toEqual(['acme', 'globex'])
  })

  it('say what to do where there is nothing yet', async () => {
    const folder = newFolder()
    makeSnapshot(join(folder, 'acme.c1z'), [ACME])
    const { json } = await serveFiles(
      { names: [join(folder, 'acme.c1z')], dir: undefined, cwd: folder, tempDir: folder },
      {},
      { runs: { stateDir: folder, scimState: join(folder, 'none.db'), ambient } },
    )
    const { daemons, scim } = await json<Runs>('/api/runs')
    expect(daemons).toMatchObject([{ running: false, because: expect.stringContaining('there is no') }])
    expect(scim?.missing).toContain('scim run makes it')
  })
})
