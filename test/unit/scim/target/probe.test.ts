import { describe, expect, it } from 'vitest'
import { createTransport } from '../../../../src/sdk/http/transport.ts'
import { silentLogger } from '../../../../src/sdk/ground/ports.ts'
import { Secret } from '../../../../src/sdk/ground/secret.ts'
import { type ProbeOptions, probeTarget } from '../../../../src/scim/target/probe.ts'
import { startingProfile } from '../../../../src/scim/target/profile.ts'
import { STRICT_SCHEMAS } from '../../../support/scim/strict-server.ts'
import { type Asked, listOf, NEVER, type Scripted, serve, sleepingTime } from './scripted-server.ts'

const probe = (url: string, options: Partial<ProbeOptions> = {}) =>
  probeTarget(
    {
      url,
      token: new Secret('old-token'),
      profile: startingProfile('generic'),
      transport: createTransport({
        timeoutMs: 5_000,
        env: {},
        peer: { operation: 'test the target', setting: 'target.url' },
      }),
      ...sleepingTime(),
      log: silentLogger,
      version: '1.2.3',
      random: (length) => new Uint8Array(length).fill(0xab),
      retry: { attempts: 1, attemptsIfMalformed: 1, firstWaitMs: 1, mostWaitMs: 1 },
      ...options,
    },
    NEVER,
  )

const NOBODY = 'abababab-abab-4bab-abab-abababababab'

/** A server whose parts answer so; what is not there is 404. */
const scim =
  (parts: Readonly<Record<string, unknown>>) =>
  ({ url }: Asked): Scripted => {
    const path = decodeURIComponent(url.replace('/scim/v2', ''))
    const key = Object.keys(parts)
      .toSorted((a, b) => b.length - a.length)
      .find((start) => path.startsWith(start))
    return key === undefined ? { status: 404, body: {} } : { status: 200, body: parts[key] }
  }

const EMPTY = { '/Users': listOf([]), '/Groups': listOf([]) }

describe('a trial of a target', () => {
  it('asks for a user that cannot be, and sends nothing but reads', async () => {
    await using server = await serve(scim(EMPTY))
    const facts = await probe(server.url)
    expect(decodeURIComponent(server.asked[0]?.url ?? '')).toBe(`/scim/v2/Users?filter=externalId eq "${NOBODY}"`)
    expect(server.asked.map(({ method }) => method)).toEqual(server.asked.map(() => 'GET'))
    expect(facts).toMatchObject({ users: 0, groups: 0, notes: [], profile: startingProfile('generic') })
    expect(facts.summary).toBe(`${server.url} answers as a SCIM server: 0 users, 0 groups, 100 a page`)
  })

  it('says what the schemas of the server ask for', async () => {
    await using server = await serve(scim({ ...EMPTY, '/Schemas': listOf(STRICT_SCHEMAS) }))
    expect((await probe(server.url)).notes).toEqual([
      'by its schema the target takes no externalId of a user: left out if the target refuses it',
      'by its schema the target wants name.formatted of a user: sent if the target refuses an object without it',
      'by its schema the target takes no externalId of a group: left out if the target refuses it',
      'by its schema the target wants members of a group: sent if the target refuses an object without it',
    ])
  })

  it('says nothing about a filter that could not be tried, since no user has a value', async () => {
    const local = { id: '1', userName: 'admin@acme.example' }
    await using server = await serve(
      scim({ '/Users?filter': listOf([]), '/Users': listOf([local]), '/Groups': listOf([]) }),
    )
    expect((await probe(server.url)).notes).toEqual([])
  })

  it('asks by the attribute that users are matched by', async () => {
    await using server = await serve(scim(EMPTY))
    await probe(server.url, { matching: 'userName' })
    expect(decodeURIComponent(server.asked[0]?.url ?? '')).toContain(`userName eq "${NOBODY}"`)
  })

  it('learns what the server says of itself', async () => {
    await using server = await serve(
      scim({
        ...EMPTY,
        '/ServiceProviderConfig': { patch: { supported: false }, etag: { supported: true } },
        '/Schemas': listOf([
          {
            id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
            attributes: [{ name: 'members', subAttributes: [{ name: 'value' }, { name: '$ref', required: true }] }],
          },
        ]),
      }),
    )
    const { profile, notes } = await probe(server.url)
    expect(profile).toMatchObject({ puts: ['user', 'group', 'members'], etag: true, memberRef: true })
    expect(notes).toEqual(['the target does not offer PATCH; objects are replaced as a whole'])
  })

  it('learns the size of a page, and which filters find what was listed', async () => {
    const ada = { id: '1', userName: 'Ada@example.com', externalId: 'x' }
    const group = { id: 'g', displayName: 'Engines', members: [{ value: '1' }] }
    await using server = await serve(
      scim({
        '/Users?startIndex': listOf(
          Array.from({ length: 250 }, (_, n) => ({ ...ada, id: String(n) })),
          300,
        ),
        '/Users?filter=': listOf([]),
        '/Users?filter=externalId eq "x"': listOf([ada]),
        '/Users?filter=userName eq "ADA@EXAMPLE.COM"': listOf([ada]),
        '/Groups?startIndex': listOf([group]),
        '/Groups?filter=displayName eq "Engines"': listOf([group]),
      }),
    )
    const { profile, users, groups } = await probe(server.url)
    expect(profile).toMatchObject({
      pageSize: 250,
      filters: ['user.externalId', 'user.userName', 'group.displayName'],
      listShowsMembers: true,
    })
    expect([users, groups]).toEqual([300, 1])
  })

  it('says what costs requests: filters without effect, and listings without members', async () => {
    const everybody = listOf([{ id: '1', externalId: 'x', userName: 'a' }])
    await using server = await serve(
      scim({
        '/Users': everybody,
        '/Groups?': listOf([{ id: 'a' }, { id: 'b' }]),
        '/Groups/a': { id: 'a' },
        '/Groups/b': { id: 'b', members: [{ value: '1' }] },
      }),
    )
    const { profile, notes } = await probe(server.url)
    expect(profile.listShowsMembers).toBe(false)
    expect(notes).toEqual([
      'the target answers a filter with users that do not match it; users are matched by listing',
      'listings do not show the members of groups; each group is read by itself',
    ])
  })
})

describe('a trial that fails', () => {
  it.each<[string, Scripted, string, string]>([
    ['the token', { status: 401, body: { detail: 'bad token' } }, 'unauthenticated', 'refused the token (401)'],
    ['the permission', { status: 403, body: {} }, 'permission-denied', 'does not let this token do that (403)'],
    ['the address', { status: 404, body: {} }, 'not-found', 'has no SCIM at this address (404)'],
    ['a web page', { status: 200, body: '<!doctype html>' }, 'unavailable', 'answered with a web page, not with SCIM'],
    ['another API', { status: 200, body: { users: [] } }, 'failed-precondition', 'JSON that is no SCIM list'],
    ['another API with a list', { status: 200, body: [] }, 'failed-precondition', 'JSON that is no SCIM list'],
    [
      'a redirect',
      { status: 308, headers: { location: 'https://b.example/scim' } },
      'failed-precondition',
      'redirects to b.example/scim (308)',
    ],
    [
      'the filter',
      { status: 400, body: { scimType: 'invalidFilter' } },
      'invalid-argument',
      'match users by another attribute than externalId',
    ],
    ['an outage', { status: 502, body: '' }, 'unavailable', 'failed (502)'],
  ])('says so for %s, and sends nothing more', async (_, answer, code, words) => {
    await using server = await serve(() => answer)
    const failure = probe(server.url)
    await expect(failure).rejects.toMatchObject({ code })
    await expect(failure).rejects.toThrow(words)
    expect(server.asked).toHaveLength(1)
  })

  it.each([
    [
      'a name that is not there',
      'https://no-such-host.invalid/scim',
      'there is no host no-such-host.invalid; check target.url',
    ],
    ['nobody who listens', 'http://127.0.0.1:1/scim', 'no answer from 127.0.0.1:1 (ECONNREFUSED)'],
  ])('says so for %s', async (_, url, words) => {
    await expect(probe(url)).rejects.toThrow(words)
  })

  it('says so where TLS is spoken to a server that does not know it', async () => {
    await using server = await serve(() => ({ status: 200, body: listOf([]) }))
    await expect(probe(server.url.replace('http:', 'https:'))).rejects.toThrow('does not speak TLS as expected')
  })
})
