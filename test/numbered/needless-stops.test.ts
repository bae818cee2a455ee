import { existsSync, openSync, closeSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { refuse } from '../platform/service/replies.ts'
import { canMount } from '../support/can-mount.ts'
import { hasOpenssl } from '../support/certificates.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'
import { createServicePlace, until } from '../support/service-place.ts'
import type { Fault } from '../tenant/faults.ts'
import type { Habits } from '../tenant/habits.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import type { TenantOptions } from '../tenant/start-tenant.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { altered, type Answer } from './altered.ts'
import { editSnapshot } from './edit-snapshot.ts'

type AtEnd = Parameters<typeof createPlace>[0]

/** Of the types that every version of the program has. */
const SYNC = ['--sync-resource-types', 'user,group,role']

async function served(atEnd: AtEnd, options: TenantOptions = {}) {
  const place = createPlace(atEnd)
  const server = await place.serve({ tenant: seedTenant({ users: 120, groups: 20 }), ...options })
  const env = settingsFor(server.baseUrl)
  return { place, server, env, sync: () => place.run(SYNC, { env }) }
}

/** The exit code with what was said last, so that a failure tells both. */
const told = ({ code, stderr }: { readonly code: number | null; readonly stderr: string }): string =>
  `exit ${code}${code === 0 ? '' : `: ${stderr.trim().split('\n').at(-1)}`}`

it.concurrent('10: a file that says it has a write-ahead log is synced onto', async ({ onTestFinished }) => {
  const { place, sync } = await served(onTestFinished)
  expect(told(await sync())).toBe('exit 0')
  editSnapshot(place.file, '', (image) => image.set([2, 2], 18))
  expect(told(await sync())).toBe('exit 0')
})

it.skipIf(!canMount()).concurrent('11: a small folder for temporary files is enough', async ({ onTestFinished }) => {
  const { place, env } = await served(onTestFinished, {
    tenant: seedTenant({ users: 10_000, groups: 500, membershipsPerUser: 50 }),
  })
  const script = 'mount -t tmpfs -o size=64k tmpfs "$TMPDIR" || exit 99; exec "$@"'
  const ended = await place.run(SYNC, {
    env: { ...env, TMPDIR: temporaryFolder(onTestFinished) },
    under: ['unshare', '-rm', 'sh', '-c', script, 'sh'],
  })
  expect(told(ended)).toBe('exit 0')
})

it.concurrent('12: a damaged working file is put aside and the sync starts over', async ({ onTestFinished }) => {
  const { place, env, sync } = await served(onTestFinished, { tenant: seedTenant({ users: 2_000, groups: 250 }) })
  expect(told(await sync())).toBe('exit 0')
  const program = place.start(SYNC, { env })
  while (program.isRunning() && !existsSync(join(place.folder, '.sync.c1z.image'))) await setImmediate()
  program.kill('SIGKILL')
  await program.ended
  const work = join(place.folder, '.sync.c1z.work')
  const file = openSync(work, 'r+')
  writeSync(file, Buffer.alloc(4_000, 7), 0, 4_000, 0)
  closeSync(file)
  const again = await sync()
  expect(told(again)).toBe('exit 0')
  expect({ named: again.stderr.includes('.sync.c1z.work'), aside: existsSync(`${work}.damaged`) }).toEqual({
    ...{ named: true, aside: true },
  })
})

it.concurrent.for(['User.isAdmin', 'Group.securityPolicy', 'Group.originId'])(
  '13: without %s everything goes on',
  async (field, { onTestFinished }) => {
    const { place, sync, env } = await served(onTestFinished, {
      keys: { [KEY]: 'provision' },
      habits: { withoutFields: [field] },
    })
    expect(told(await sync())).toBe('exit 0')
    expect(told(await place.run(['validate'], { env }))).toBe('exit 0')
    expect(told(await place.run(['grant', 'Team 0001', 'VXNlcjox'], { env }))).toBe('exit 0')
  },
)

it.concurrent.for<readonly [string, (answer: Answer & { readonly body: Buffer }) => Answer]>([
  ['with errors that are null', ({ body }) => ({ status: 200, body: `{"errors":null,${body.toString().slice(1)}` })],
  ['behind a byte-order mark', ({ body }) => ({ status: 200, body: `\uFEFF${body.toString()}` })],
  ['under HTTP 201', ({ body }) => ({ status: 201, body })],
])('15: a good answer is taken %s', async ([, alter], { onTestFinished }) => {
  const { place, server } = await served(onTestFinished)
  const env = settingsFor(await altered(server, alter, onTestFinished))
  expect(told(await place.run(SYNC, { env }))).toBe('exit 0')
})

it.concurrent('16: an error that has 429 in its words is no rate limit', async ({ onTestFinished }) => {
  const { place, env } = await served(onTestFinished, {
    faults: [{ kind: 'errors-200', message: 'Internal error, reference 7f4290c1', times: 1 }],
  })
  const { code, stderr } = await place.run([...SYNC, '--log-level', 'debug'], { env })
  expect({ code, waited: stderr.includes('rate limit') }).toEqual({ code: 0, waited: false })
})

it.concurrent.for<readonly [string, Habits]>([
  ['a query that costs too much', { firstLimit: 20, overLimit: { message: 'Query cost 600 is over the limit' } }],
  ['a page that is too long, refused under HTTP 200', { firstLimit: 50 }],
  ['a server without aliases', { aliasLimit: 0 }],
])('17: the sync goes on with %s', async ([, habits], { onTestFinished }) => {
  const { sync } = await served(onTestFinished, { habits })
  expect(told(await sync())).toBe('exit 0')
})

it.concurrent(
  '17: a value that the server cannot print is left out, with its row named',
  async ({ onTestFinished }) => {
    const tenant = seedTenant({ users: 120, groups: 20 })
    const { sync } = await served(onTestFinished, { tenant, habits: { unprintable: ['NEW'] } })
    const [, , user] = tenant.users
    user!.state = 'NEW'
    const ended = await sync()
    expect(told(ended)).toBe('exit 0')
    expect(ended.stderr).toContain(user!.id)
  },
)

it.concurrent('17: other words with "permit" in them are no matter of the key', async ({ onTestFinished }) => {
  const { sync } = await served(onTestFinished, {
    faults: [{ kind: 'errors-200', message: 'The server cannot permit two of these at once', times: 2 }],
  })
  expect(told(await sync())).toBe('exit 0')
})

it.concurrent('17: a web page under 403 is not told as a key without permission', async ({ onTestFinished }) => {
  const { place, server } = await served(onTestFinished)
  const body = '<html><title>403 Forbidden</title>CSRF verification failed. Request aborted.</html>'
  const url = await altered(
    server,
    () => ({ status: 403, headers: { 'content-type': 'text/html' }, body }),
    onTestFinished,
  )
  const { code, stderr } = await place.run(['validate'], { env: settingsFor(url) })
  expect({ code, page: /with a web page \(403\)/.test(stderr), key: /it lacks the permission/.test(stderr) }).toEqual({
    ...{ code: 7, page: true, key: false },
  })
})

it.concurrent('18: pages without end are given up', async ({ onTestFinished }) => {
  const { place, server, env } = await served(onTestFinished)
  const endless: Fault = { operation: 'Users', kind: 'endless' }
  const program = place.start(SYNC, { env })
  server.plan({
    faults: [endless],
    changes: [{ when: { operation: 'Users', page: 300 }, apply: () => program.kill('SIGKILL') }],
  })
  const { code } = await program.ended
  expect({ code: code ?? 'killed at page 300' }).toEqual({ code: 14 })
})

it.concurrent.for(['2.5', '3, 3'])('19: a Retry-After of %j is waited out', async (wait, { onTestFinished }) => {
  const { place, server } = await served(onTestFinished)
  const at: number[] = []
  const url = await altered(
    server,
    (answer, number) => {
      at.push(performance.now())
      return number === 1 ? { status: 429, headers: { 'retry-after': wait }, body: '{}' } : answer
    },
    onTestFinished,
  )
  expect(told(await place.run(SYNC, { env: settingsFor(url) }))).toBe('exit 0')
  const seconds = (at[1]! - at[0]!) / 1000
  expect({ wait, seconds: seconds < Number.parseFloat(wait) ? Math.round(seconds) : 'enough' }).toEqual({
    ...{ wait, seconds: 'enough' },
  })
})

it.skipIf(!hasOpenssl()).concurrent('24: failed tasks are counted from 0 on', async ({ onTestFinished }) => {
  const place = await createServicePlace(onTestFinished)
  place.daemon()
  await until(async () => ((await place.ask('/ready'))?.status === 200 ? true : undefined))
  const { body = '' } = (await place.ask('/metrics')) ?? {}
  expect(body.split('\n')).toContain('baton_tasks_total{kind="grant",outcome="failure"} 0')
})

it.skipIf(!hasOpenssl()).concurrent('25: a refusal without words is told as one', async ({ onTestFinished }) => {
  const place = await createServicePlace(onTestFinished)
  place.stub.on.Hello = refuse(7)
  const { code, stderr } = await place.run([], { env: place.env })
  expect([code, stderr.trim().split('\n').at(-1)]).toEqual([7, expect.stringContaining('without a message')])
})
