import { createHash, createPublicKey, verify } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readChangeRows } from '../../../../src/commands/change-rows.ts'
import type { Changes, Findings, Moments, Review, Runs } from '../../../../src/explorer/server/answers-work.ts'
import { startState } from '../../../../src/sdk/service/watch/state.ts'
import { statusDocument, statusPath } from '../../../../src/sdk/service/watch/status-file.ts'
import { openState } from '../../../../src/scim/state/open-state.ts'
import { Cycles } from '../../../../src/scim/state/cycles.ts'
import { Quarantine } from '../../../../src/scim/state/quarantine.ts'
import { ACME, LATER } from '../../../support/readers/acme.ts'
import { makeSnapshot } from '../../../support/readers/make-snapshot.ts'
import { rowsOf } from '../../readers/fixture.ts'
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
    const { json } = await serveFiles(
      { names: [join(folder, 'acme.c1z')], dir: undefined, cwd: folder, tempDir: folder },
      {},
      { runs: { stateDir: folder, scimState: path, ambient } },
    )
    expect(await json<Runs>('/api/runs')).toMatchObject({
      daemon: { running: true, mode: 'schedule', tasks: [{ phase: 'reading users', done: 3, total: 9 }] },
      scim: {
        missing: null,
        code: 'Quarantine',
        quarantine: { detail: '60 of 90 would go' },
        cycles: [{ state: 'interrupted' }],
      },
    })
  })

  it('say what to do where there is nothing yet', async () => {
    const folder = newFolder()
    makeSnapshot(join(folder, 'acme.c1z'), [ACME])
    const { json } = await serveFiles(
      { names: [join(folder, 'acme.c1z')], dir: undefined, cwd: folder, tempDir: folder },
      {},
      { runs: { stateDir: folder, scimState: join(folder, 'none.db'), ambient } },
    )
    const { daemon, scim } = await json<Runs>('/api/runs')
    expect(daemon).toMatchObject({ running: false, because: expect.stringContaining('there is no') })
    expect(scim?.missing).toContain('scim run makes it')
  })
})
