import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ACME, LATER } from '../../support/readers/acme.ts'
import { makeSnapshot, type MadeSync } from '../../support/readers/make-snapshot.ts'
import { newFolder, read, rowsOf } from './fixture.ts'

const FULL: MadeSync = {
  ...ACME,
  things: [
    ...(ACME.things ?? []),
    {
      id: 'user:Ütf-8 / odd:id',
      name: 'Ursula K. Le Guin',
      email: 'Ursula@Hainish.example',
      status: 'enabled',
      mfa: true,
      profile: {
        first_name: 'Ursula',
        employee: 4711,
        hired: '2020-02-29T10:11:12Z',
        boss: true,
        tags: 'secretproject=yes',
      },
    },
    {
      id: 'key:k1',
      name: 'ci-key',
      expiresAt: '2031-05-06T07:08:09Z',
      profile: { expires_at: '2031-05-06T07:08:09Z' },
    },
  ],
  grants: [
    ...(ACME.grants ?? []),
    {
      on: 'group:all:member',
      to: 'user:Ütf-8 / odd:id',
      id: 'opaque-grant-id',
      metadata: { ticket: 'JIRA-4242', granted_at: '2025-01-01T00:00:00Z' },
    },
    { on: 'resource:wiki:access', to: 'user:zoe2', sources: { 'group:all:member': true } },
  ],
}

/** Sanitizes a file of these syncs; `key` stands in the folder already where it is given. */
async function sanitized(syncs: readonly MadeSync[], key?: string) {
  const folder = newFolder()
  const [file, out, keyFile] = [join(folder, 'in.c1z'), join(folder, 'out.c1z'), join(folder, 'the.key')]
  makeSnapshot(file, syncs)
  if (key !== undefined) writeFileSync(keyFile, key)
  const { code, stdout, stderr } = await read(file, 'sanitize', '--out', out, '--key-file', keyFile)
  return { file, out, keyFile, code, stdout, stderr }
}

const KEY = '0123456789abcdef'.repeat(4)

/** The unpacked database, in any case of letters. */
const databaseIn = (file: string): string =>
  zstdDecompressSync(readFileSync(file).subarray(5)).toString('latin1').toLowerCase()

/** Every text of a sync that is somebody's: names, addresses, ids, values, what connectors say of grants. */
function textsOf({ id, things = [], grants = [] }: MadeSync): readonly string[] {
  const own = things.flatMap((thing) => [
    thing.id.slice(thing.id.indexOf(':') + 1),
    thing.name,
    thing.email ?? '',
    ...Object.values(thing.profile ?? {}).filter((value) => typeof value === 'string'),
  ])
  const said = grants.flatMap((grant) => [grant.id ?? '', grant.until ?? '', ...Object.values(grant.metadata ?? {})])
  return [...new Set([id, ...own, ...said])].filter(
    (text) => text.length > 3 && !/^(?:core|data|prod|test)$/.test(text),
  )
}

describe('sanitize', () => {
  it('leaves nothing of the original in the bytes of the unpacked file', async () => {
    const { out, file, code } = await sanitized([FULL, LATER], KEY)
    expect(code).toBe(0)
    const [before, after] = [databaseIn(file), databaseIn(out)]
    const texts = [...new Set([FULL, LATER].flatMap(textsOf))].map((text) =>
      Buffer.from(text).toString('latin1').toLowerCase(),
    )
    expect(texts.length).toBeGreaterThan(25)
    for (const text of texts) {
      expect(before).toContain(text)
      expect(after).not.toContain(text)
    }
  })

  it('keeps who holds what by which path, states, types, common slugs, keys of profiles and syncs', async () => {
    const { file, out } = await sanitized([FULL, LATER], KEY)
    const shapeOf = async (path: string) => ({
      resources: (await rowsOf(path, 'list', 'resources')).map(({ type, status }) => [type, status]),
      keys: (await rowsOf<{ profile: object }>(path, 'list', 'users')).map(({ profile }) => Object.keys(profile)),
      grants: (await rowsOf(path, 'list', 'grants')).map(({ resourceType, entitlement, how, principalType }) => [
        resourceType,
        entitlement,
        how,
        principalType,
      ]),
      export: (await rowsOf<{ path: string | null; kind: string; how: string }>(path, 'export', 'ndjson'))
        .map(({ kind, how, path: way }) => `${kind} ${how} ${way?.split('→').length}`)
        .sort(),
      syncs: (await rowsOf(path, 'list', 'syncs')).map(({ startedAt, endedAt, type, state, grants }) => [
        startedAt,
        endedAt,
        type,
        state,
        grants,
      ]),
      diff: (await rowsOf(path, 'diff'))
        .map(({ change, what, field, admin }) => [change, what, field, admin])
        .map(String)
        .filter((text) => !text.includes('true')).length,
      lint: (await read(path, 'lint', '--output', 'csv')).code,
    })
    const [before, after] = [await shapeOf(file), await shapeOf(out)]
    expect({ ...after, diff: 0 }).toEqual({ ...before, diff: 0 })
  })

  it('gives the same pseudonym for the same text, also in another file with the same key, and another with another key', async () => {
    const [first, second, other] = [
      await sanitized([FULL], KEY),
      await sanitized([LATER], KEY),
      await sanitized([FULL], 'f'.repeat(64)),
    ]
    const emails = async (file: string) => new Set((await rowsOf(file, 'list', 'users')).map(({ email }) => email))
    const [a, b, c] = [await emails(first.out), await emails(second.out), await emails(other.out)]
    const shared = (others: ReadonlySet<unknown>) => [...a].filter((email) => others.has(email)).length
    expect([shared(b), shared(c)]).toEqual([4, 0])
    expect(readFileSync((await sanitized([FULL], KEY)).out)).toEqual(readFileSync(first.out))
    const names = (await rowsOf(first.out, 'list', 'users')).map(({ name }) => String(name))
    expect(new Set(names).size).toBe(names.length - 1)
    expect(names[0]).toMatch(/^user [0-9a-f]{16}$/)
  })

  it('makes a key for its owner alone where there is none, and uses it again', async () => {
    const { keyFile, stderr, file, out } = await sanitized([ACME])
    expect(stderr).toContain('made the key')
    expect([readFileSync(keyFile, 'utf8'), statSync(keyFile).mode & 0o777]).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}\n$/),
      0o600,
    ])
    const bytes = readFileSync(out)
    expect((await read(file, 'sanitize', '--out', out, '--key-file', keyFile)).stderr).not.toContain('made the key')
    expect(readFileSync(out)).toEqual(bytes)
  })

  it('refuses to write over what it reads, and a key that is none', async () => {
    const { file, keyFile, out } = await sanitized([ACME], 'short')
    expect(existsSync(out)).toBe(false)
    const { code, stderr } = await read(file, 'sanitize', '--out', file, '--key-file', keyFile)
    expect([code, stderr]).toEqual([3, expect.stringContaining('is the file that is read')])
    expect((await read(file, 'sanitize', '--out', out, '--key-file', keyFile)).stderr).toContain('it holds no key')
  })

  it('leaves out annotations, columns and tables that it does not know', async () => {
    const folder = newFolder()
    const [file, out] = [join(folder, 'in.c1z'), join(folder, 'out.c1z')]
    makeSnapshot(file, [ACME], (database) => {
      database.exec(
        "alter table v1_resources add column extra text; update v1_resources set extra = 'whatever-was-here'",
      )
      database.exec("create table v9_other (note text); insert into v9_other values ('something-new')")
      // An annotation of an unknown kind, and a field that no version has.
      const unknown = Buffer.from('\x22\x20\x0a\x1etype.googleapis.com/x.Unknown1', 'latin1')
      database.prepare('update v1_resources set data = cast(data || ? as blob) where id = 1').run(unknown)
      database
        .prepare('update v1_resources set data = cast(data || ? as blob) where id = 1')
        .run(Buffer.from('\xa2\x06\x0bhello-field', 'latin1'))
    })
    expect((await read(file, 'sanitize', '--out', out, '--key-file', join(folder, 'k'))).code).toBe(0)
    for (const text of ['whatever-was-here', 'something-new', 'x.unknown1', 'hello-field']) {
      expect(databaseIn(file)).toContain(text)
      expect(databaseIn(out)).not.toContain(text)
    }
  })
})
