import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Fault } from '../tenant/faults.ts'
import { Tenant } from '../tenant/tenant.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'

/** A pipeline with one key. */
async function site(faults: readonly Fault[] = []) {
  const tenant = new Tenant()
  tenant.addUser({ firstName: 'Root', email: 'root@acme.example', role: 'ADMIN' })
  const { network } = tenant
  const pipeline = network.addServiceAccount({ name: 'Pipeline' })
  const old = network.addKey(pipeline, { name: 'CI', expiresAt: '2024-05-15T01:13:51.059000+00:00' })
  const place = createPlace(onTestFinished)
  const server = await place.serve({ tenant, keys: { [KEY]: 'provision' }, faults })
  const run = (...args: readonly string[]) => place.run(args, { env: settingsFor(server.baseUrl) })
  return { tenant, network, pipeline, old, place, server, run }
}

const SECRET = /SECRET-/

describe('service-account key create', () => {
  it('writes the secret into a new file that only its owner can read, and nowhere else', async () => {
    const { run, pipeline, place, network } = await site()
    const { code, stdout, stderr } = await run(
      ...['service-account', 'key', 'create', 'Pipeline', '--name', 'Night'],
      ...['--expires-in', '90d', '--out', 'key.json', '--output', 'json', '--log-level', 'debug'],
    )
    const [, made] = pipeline.keys
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { operation: 'service-account key create', outcome: 'created', resource: made?.id, name: 'Pipeline: Night' },
    ])
    const file = join(place.folder, 'key.json')
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([network.secretOf(made!), 0o600])
    expect(stdout + stderr).not.toMatch(SECRET)
    const days = (Date.parse(made!.expiresAt!) - Date.parse(made!.createdAt)) / 86_400_000
    expect([made?.name, Math.round(days)]).toEqual(['Night', 90])
  })

  it('gives the secret alone to a command, and what that prints is told without it', async () => {
    const { run, pipeline, place, network } = await site()
    const { code, stdout, stderr } = await run(
      ...['service-account', 'key', 'create', pipeline.id, '--expires-in', 'never'],
      ...['--to', 'tee key.json; echo stored'],
    )
    const [, made] = pipeline.keys
    expect([code, made?.expiresAt]).toEqual([0, null])
    expect(readFileSync(join(place.folder, 'key.json'), 'utf8')).toBe(network.secretOf(made!))
    expect(stderr).toContain('[secret]stored')
    expect(stdout + stderr).not.toMatch(SECRET)
  })

  it('puts the secret alone on standard output where that is asked for', async () => {
    const { run, pipeline, network } = await site()
    const { code, stdout, stderr } = await run('service-account', 'key', 'create', 'Pipeline', '--out', '-')
    expect([code, stdout]).toEqual([0, `${network.secretOf(pipeline.keys[1]!)}\n`])
    expect(stderr).toMatch(/^created {2}Pipeline: baton-twingate .*service-account key create/m)
  })

  it('sends nothing without a place for the secret, for a file that is there, and in a dry run', async () => {
    const { run, server, place } = await site()
    const create = (...args: readonly string[]) => run('service-account', 'key', 'create', 'Pipeline', ...args)
    writeFileSync(join(place.folder, 'there'), 'mine')
    const answers = [
      await create(),
      await create('--out', 'a', '--to', 'cat'),
      await create('--out', 'there'),
      await create('--out', 'no/such/folder'),
      await create('--out', 'a', '--expires-in', '366d'),
    ]
    expect(answers.map(({ code }) => code)).toEqual([3, 3, 3, 3, 3])
    expect(answers[2]?.stderr).toContain('the file there exists already')
    expect(readFileSync(join(place.folder, 'there'), 'utf8')).toBe('mine')
    const planned = await create('--out', 'a', '--dry-run')
    expect([planned.code, planned.stdout]).toEqual([
      0,
      expect.stringMatching(/^planned .*no such key → ACTIVE, expires in 365 days/),
    ])
    expect((await run('service-account', 'key', 'create', 'Nobody', '--out', 'a')).code).toBe(5)
    expect([server.counts().writes, existsSync(join(place.folder, 'a'))]).toEqual([0, false])
  })

  it('revokes the key again where the secret could not be handed over', async () => {
    const { run, pipeline } = await site()
    const { code, stderr } = await run('service-account', 'key', 'create', 'Pipeline', '--to', 'cat >&2; exit 7')
    const [old, made] = pipeline.keys
    expect([code, old?.status, made?.status]).toEqual([10, 'ACTIVE', 'REVOKED'])
    expect(stderr).toContain('the command of --to ended with exit code 7')
    expect(stderr).not.toMatch(SECRET)
  })

  it.each(['lost-answer', 'ok-true-null-entity'] as const)(
    'says so where the answer with the secret was lost (%s), and makes no second key',
    async (kind) => {
      const { run, pipeline, place } = await site([{ operation: 'ServiceAccountKeyCreate', kind }])
      const { code, stderr } = await run('service-account', 'key', 'create', 'Pipeline', '--out', 'key.json')
      const [, made, ...more] = pipeline.keys
      expect([code, more, existsSync(join(place.folder, 'key.json'))]).toEqual([10, [], false])
      expect(stderr).toContain(`the key ${made?.id} was created, and the answer with its secret was lost`)
      expect(stderr).not.toMatch(SECRET)
    },
  )
})

describe('service-account key rotate', () => {
  it('hands over a new key of the same name and span, and only then ends the old one', async () => {
    const { run, pipeline, place, network, old, server } = await site()
    const planned = await run('service-account', 'key', 'rotate', old.id, '--out', 'key.json', '--dry-run')
    expect([planned.code, planned.stdout.match(/^planned /gm)?.length, server.counts().writes]).toEqual([0, 2, 0])
    const { code, stdout } = await run('service-account', 'key', 'rotate', old.id, '--out', 'key.json')
    const [, made] = pipeline.keys
    expect([code, old.status, made?.status, made?.name]).toEqual([0, 'REVOKED', 'ACTIVE', 'CI'])
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^created {2}Pipeline: CI {2}service-account key create {2}\(.*expires in 90 days\)$/),
      expect.stringMatching(/^revoked {2}Pipeline: CI {2}service-account key revoke {2}\(ACTIVE → REVOKED\)$/),
      '',
    ])
    expect(readFileSync(join(place.folder, 'key.json'), 'utf8')).toBe(network.secretOf(made!))
    const again = await run('service-account', 'key', 'rotate', old.id, '--out', 'again.json')
    expect([again.code, pipeline.keys.length, existsSync(join(place.folder, 'again.json'))]).toEqual([9, 2, false])
  })

  it('keeps the old key where the secret of the new one could not be handed over', async () => {
    const { run, pipeline, old } = await site()
    expect((await run('service-account', 'key', 'rotate', old.id, '--to', 'false')).code).toBe(10)
    expect([old.status, pipeline.keys.map(({ status }) => status)]).toEqual(['ACTIVE', ['ACTIVE', 'REVOKED']])
  })

  it('says what is left to do where the old key could not be revoked, and asks before it makes a third', async () => {
    const { run, pipeline, old } = await site([{ operation: 'ServiceAccountKeyRevoke', kind: 'ok-false', times: 1 }])
    const { code, stderr } = await run('service-account', 'key', 'rotate', old.id, '--out', 'key.json')
    expect([code, old.status, pipeline.keys.length]).toEqual([9, 'ACTIVE', 2])
    expect(stderr).toContain(`service-account key revoke ${old.id}`)
    const again = await run('service-account', 'key', 'rotate', old.id, '--out', 'again.json')
    expect([again.code, pipeline.keys.length]).toEqual([9, 2])
    expect(again.stderr).toContain('there is a newer active key of the same name already')
    expect((await run('service-account', 'key', 'revoke', old.id)).code).toBe(0)
  })

  it('by two runs at once ends with code 10 and the ids of both new keys', async () => {
    const { run, pipeline, old } = await site([{ operation: 'KeysOfOne', kind: 'meet', parties: 2, times: 2 }])
    const ended = await Promise.all(
      ['a', 'b'].map((name) => run('service-account', 'key', 'rotate', old.id, '--out', name)),
    )
    expect(old.status).toBe('REVOKED')
    const active = pipeline.keys.filter(({ status }) => status === 'ACTIVE')
    expect([active.length, Math.max(...ended.map(({ code }) => code ?? 0))]).toEqual([2, 10])
    expect(ended.map(({ stderr }) => stderr).join('')).toContain('another run rotated it as well')
  })
})

describe('service-account key revoke', () => {
  it('of the last active key must be confirmed', async () => {
    const { run, server, old, pipeline, network } = await site()
    const refused = await run('service-account', 'key', 'revoke', old.id)
    expect([refused.code, old.status, server.counts().writes]).toEqual([9, 'ACTIVE', 0])
    expect(refused.stderr).toContain('"CI" is the last active key of Pipeline')
    const other = network.addKey(pipeline, { name: 'Other' })
    expect((await run('service-account', 'key', 'revoke', other.id)).stdout).toMatch(/^revoked .*ACTIVE → REVOKED/)
    const done = await run('service-account', 'key', 'revoke', old.id, '--yes')
    expect([done.code, old.status]).toEqual([0, 'REVOKED'])
    expect((await run('service-account', 'key', 'revoke', old.id)).stdout).toMatch(/^already-revoked /)
    expect((await run('service-account', 'key', 'revoke', 'CI')).code).toBe(5)
  })
})
