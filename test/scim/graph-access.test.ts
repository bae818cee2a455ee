import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { GraphOptions } from '../../src/scim/sources/graph/options.ts'
import { hasOpenssl } from '../support/certificates.ts'
import { refusal } from '../graph-service/index.ts'
import { type GraphPlace, graphPlace } from './graph-place.ts'
import { sourceCall } from './source-image.ts'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'

const tenant = async (options: Parameters<typeof graphPlace>[0] = {}) => {
  const place = await graphPlace(options)
  place.service.directory.assign(place.service.directory.addUser('ann@contoso.example'))
  return place
}

describe('the application proves who it is', () => {
  test('by a federated token, read from its file for each new access token', async () => {
    await using place = await tenant({ federatedToken: 'fresh' })
    const source = await place.source({ credential: { federatedTokenFile: 'token' } })
    writeFileSync(join(place.folder, 'token'), 'stale')
    await expect(place.image.read(source)).rejects.toMatchObject({ code: 'unauthenticated' })
    writeFileSync(join(place.folder, 'token'), 'fresh')
    await place.image.read(source)
    expect(place.image.objects.user.size).toBe(1)
  })

  test.runIf(hasOpenssl())('by a certificate and its key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
    const make = (name: string) =>
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-keyout',
          `${name}.key`,
          '-out',
          `${name}.pem`,
          '-days',
          '2',
          '-subj',
          `/CN=${name}`,
        ],
        { cwd: folder, stdio: 'pipe' },
      )
    make('app')
    make('other')
    const certificate = readFileSync(join(folder, 'app.pem'), 'utf8')
    const key = readFileSync(join(folder, 'app.key'), 'utf8')
    const other = readFileSync(join(folder, 'other.pem'), 'utf8') + readFileSync(join(folder, 'other.key'), 'utf8')
    rmSync(folder, { recursive: true })
    await using place = await tenant({ certificate })
    writeFileSync(join(place.folder, 'app.pem'), certificate)
    writeFileSync(join(place.folder, 'app.key'), key)
    writeFileSync(join(place.folder, 'both.pem'), certificate + key)
    writeFileSync(join(place.folder, 'other.pem'), other)

    const read = async (credential: GraphOptions['credential']) => place.image.read(await place.source({ credential }))
    await read({ certificateFile: 'app.pem', privateKeyFile: 'app.key' })
    await read({ certificateFile: 'both.pem' })
    expect(place.image.objects.user.size).toBe(1)
    await expect(read({ certificateFile: 'other.pem' })).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(read({ certificateFile: 'app.pem', privateKeyFile: 'other.pem' })).rejects.toThrow(
      'the private key in the file other.pem is not that of the certificate in app.pem',
    )
    await expect(read({ certificateFile: 'app.key' })).rejects.toThrow(
      'the file app.key holds no certificate in PEM form',
    )
  })

  test('with a new access token where the old one is refused, once', async () => {
    await using place = await tenant()
    const source = await place.source()
    await place.image.read(source)
    place.service.revokeAccess()
    place.service.newRound()
    await place.image.changes(source)
    expect(place.service.requests.filter(({ operation }) => operation === 'token')).toHaveLength(1)
  })

  test('with a new access token before the old one ends', async () => {
    await using place = await tenant()
    const source = await place.source()
    await place.image.read(source)
    place.service.newRound()
    const later = new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + 3_500_000)
    await place.image.changes(source, sourceCall({ clock: { now: () => later, monotonicMs: () => 0 } }))
    expect(place.service.requests[0]?.operation).toBe('token')
  })
})

describe('a refusal is one sentence that says what to do', () => {
  test.each([
    [
      'a wrong secret',
      { secret: 'wrong' },
      {},
      'unauthenticated',
      /AADSTS7000215.*use the value of the secret, not its id/,
    ],
    [
      'an unknown tenant',
      {},
      { tenant: 'nobody.example' },
      'invalid-argument',
      /AADSTS90002.*there is no such tenant; check tenant/,
    ],
  ])('%s', async (_, app, settings, code, words) => {
    await using place = await tenant()
    if ('secret' in app) writeFileSync(join(place.folder, 'secret'), app.secret)
    const read = place.image.read(await place.source(settings))
    await expect(read).rejects.toMatchObject({ code })
    await expect(read).rejects.toThrow(words)
    await expect(read).rejects.not.toThrow('wrong\n')
  })

  test('a missing permission', async () => {
    await using place = await tenant()
    place.service.forbid('groups/delta')
    const read = place.image.read(await place.source())
    await expect(read).rejects.toMatchObject({ code: 'permission-denied', operation: 'read the groups' })
    await expect(read).rejects.toThrow('User.Read.All, GroupMember.Read.All and Application.Read.All')
  })

  test('an unknown enterprise application', async () => {
    await using place = await tenant({
      onRequest: ({ operation }) =>
        operation === 'appRoleAssignedTo' ? refusal(404, 'Request_ResourceNotFound', 'No.') : undefined,
    })
    await expect(place.image.read(await place.source())).rejects.toThrow(
      /no enterprise application with the application id 99998888/,
    )
  })

  test('a property that Graph does not know', async () => {
    await using place = await tenant()
    const read = place.image.read(await place.source({ attributes: { user: ['shoeSize'] } }))
    await expect(read).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(read).rejects.toThrow("Could not find a property named 'shoeSize'")
  })

  test('a missing or empty secret file', async () => {
    await using place = await tenant()
    writeFileSync(join(place.folder, 'empty'), '\n')
    await expect(place.image.read(await place.source({ credential: { clientSecretFile: 'gone' } }))).rejects.toThrow(
      'client_secret_file: the file gone cannot be read (ENOENT)',
    )
    await expect(place.image.read(await place.source({ credential: { clientSecretFile: 'empty' } }))).rejects.toThrow(
      'client_secret_file: the file empty is empty',
    )
  })
})

test('the token is never sent to another server', async () => {
  await using other = await tenant()
  await using place = await tenant({
    onRequest: ({ operation }) =>
      operation === 'users/delta'
        ? {
            status: 200,
            body: { value: [], '@odata.nextLink': `${other.service.graphUrl}/v1.0/users/delta?$skiptoken=1` },
          }
        : undefined,
  })
  await expect(place.image.read(await place.source())).rejects.toMatchObject({ code: 'failed-precondition' })
  expect(other.service.requests).toEqual([])
})

test('pages that lead in a circle end', async () => {
  await using place = await tenant({
    onRequest: ({ operation, url }) =>
      operation === 'users/delta' ? { status: 200, body: { value: [], '@odata.nextLink': url } } : undefined,
  })
  await expect(place.image.read(await place.source())).rejects.toThrow('gave the same page link twice')
})

test('a trial reads one page of each collection and tells who is assigned', async () => {
  await using place = await tenant({ pageSize: 1 })
  place.service.directory.addUser('bob@contoso.example')
  expect(await (await place.source()).test(sourceCall())).toEqual({
    summary:
      'Microsoft Graph, tenant contoso.example shows users and groups to this application; 1 users and 0 groups are assigned',
  })
  expect(place.service.requests.map(({ operation }) => operation).sort()).toEqual([
    'appRoleAssignedTo',
    'groups/delta',
    'token',
    'users/delta',
  ])
})

describe('one object is found', () => {
  const withStaff = ({ service: { directory } }: GraphPlace) => {
    const ann = directory.addUser("ann.o'hara@contoso.example", { displayName: "Ann O'Hara" })
    const bob = directory.addUser('bob@contoso.example')
    const staff = directory.addGroup('Staff', [ann, bob])
    directory.assign(ann)
    return { ann, bob, staff }
  }

  test.each([
    ['its id in any case', (ann: string) => ann.toUpperCase()],
    ['its user principal name', () => "ANN.O'HARA@contoso.example"],
    ['its display name with a quote in it', () => "Ann O'Hara"],
  ])('by %s', async (_, reference) => {
    await using place = await graphPlace()
    const { ann, staff } = withStaff(place)
    const [found, ...more] = await (await place.source()).find('user', reference(ann), sourceCall())
    expect(more).toEqual([])
    expect(found).toMatchObject({
      object: { id: ann, enabled: true },
      members: [],
      memberOf: [staff],
      assignment: { principal: ann, kind: 'user', defaultAccess: true },
    })
  })

  test('a group with its members', async () => {
    await using place = await graphPlace()
    const { ann, bob, staff } = withStaff(place)
    const [found] = await (await place.source()).find('group', 'staff', sourceCall())
    expect(found).toEqual({
      object: expect.objectContaining({ id: staff }),
      members: [ann, bob].map((member) => ({ group: staff, member, kind: 'user' })),
    })
  })

  test('not where nobody has the name', async () => {
    await using place = await graphPlace()
    withStaff(place)
    expect(await (await place.source()).find('user', 'zoe', sourceCall())).toEqual([])
  })
})

describe('settings', () => {
  const good = {
    type: 'graph',
    tenant: 'contoso.example',
    clientId: '11112222-3333-4444-5555-666677778888',
    credential: { clientSecretFile: 'f' },
  }

  test.each([
    ['plain http to another machine', { graphUrl: 'http://graph.example' }],
    ['a user name in an address', { loginUrl: 'https://a:b@login.example' }],
    ['a client id that is a name', { clientId: 'app' }],
    ['two credentials', { credential: { clientSecretFile: 'f', federatedTokenFile: 'g' } }],
    ['a tenant with a path', { tenant: '../x' }],
    ['an unknown key', { clientSecret: 'x' }],
  ])('refuse %s', (_, change) => {
    expect(GraphOptions.safeParse({ ...good, ...change }).success).toBe(false)
  })

  test('take what is complete', () => {
    expect(GraphOptions.parse(good)).toMatchObject({ graphUrl: 'https://graph.microsoft.com' })
  })
})
