import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SourceOptions } from '../../src/scim/sources/options.ts'
import { type Certificates, hasOpenssl, makeCertificates } from '../support/certificates.ts'
import { ADMIN, BASE, BRANCHES, person } from '../ldap-servers/index.ts'
import { freePort } from '../support/free-port.ts'
import { ldapSource } from './ldap-place.ts'
import { slapdSuite } from './slapd-suite.ts'
import { SourceImage, sourceCall } from './source-image.ts'

const open = slapdSuite()

const seed = `${BRANCHES}${person('ann')}`

describe('what cannot work is refused by one sentence', () => {
  test('a wrong password, which is not repeated', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const { url } = await start({ seed })
    const read = image.read(await source(url, { password: 'wr0ng' }))
    await expect(read).rejects.toMatchObject({ code: 'unauthenticated', operation: 'sign in to the directory' })
    await expect(read).rejects.toThrow(
      /refuses cn=reader,dc=example,dc=com, invalid credentials \(49\); check bind_dn and the password in password_file/,
    )
    await expect(read).rejects.not.toThrow('wr0ng')
  })

  test('a base that is not there', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const { url } = await start({ seed })
    const users = { base: `ou=nowhere,${BASE}` }
    const read = image.read(await source(url, { users, idAttribute: 'entryUUID' }))
    await expect(read).rejects.toMatchObject({ code: 'not-found' })
    await expect(read).rejects.toThrow(`users.base: there is no entry ou=nowhere,${BASE} that the account may see`)
  })

  test('a filter that finds nobody', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const { url } = await start({ seed })
    const users = { base: `ou=people,${BASE}`, filter: '(uid=zoe)' }
    await expect(image.read(await source(url, { users }))).rejects.toMatchObject({
      code: 'failed-precondition',
      reason: 'source gave nothing',
    })
  })

  test('names that the server does not know, before anybody is read', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const { url } = await start({ seed })
    const refusal = async (settings: Parameters<typeof source>[1]) =>
      image.read(await source(url, settings)).then(
        () => 'no refusal',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      )
    const base = `ou=people,${BASE}`
    expect(await refusal({ users: { base, filter: '(!(hrStatus=left))' } })).toContain(
      'users.filter: the server knows no attribute hrStatus',
    )
    expect(await refusal({ users: { base, filter: '(objectClass=humanBeing)' } })).toContain(
      'users.filter: the server knows no object class humanBeing',
    )
    expect(await refusal({ enabled: { attribute: 'hrStatus', is: ['x'] } })).toContain(
      'enabled.attribute: the server knows no attribute hrStatus',
    )
    expect(await refusal({ attributes: { group: ['shoeSize'] } })).toContain(
      'mappings: the server knows no attribute shoeSize',
    )
    expect(await refusal({ idAttribute: 'personId' })).toContain('id_attribute: the server knows no attribute personId')
    expect(image.objects.user.size).toBe(0)
  })

  test('a server without a key that never changes', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const { url } = await start({ seed, access: ['access to attrs=entryUUID by * none'] })
    await expect(image.read(await source(url))).rejects.toThrow(
      'set id_attribute to an attribute that is unique and never changes',
    )
  })

  test('a schema that is not shown', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const { url } = await start({ seed, hideSchema: true })
    const read = image.read(await source(url))
    await expect(read).rejects.toMatchObject({ code: 'failed-precondition' })
    await expect(read).rejects.toThrow('the server shows no schema to this account')
  })

  test('a server that is not there, tried again first', async () => {
    using source = await ldapSource(`ldap://127.0.0.1:${await freePort()}`)
    await expect(new SourceImage().read(source)).rejects.toMatchObject({ code: 'unavailable', reason: 'ECONNREFUSED' })
  })

  test('a missing password file', async () => {
    using source = await ldapSource(`ldap://127.0.0.1:${await freePort()}`, { passwordFile: 'gone' })
    await expect(source.test(sourceCall())).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe.runIf(hasOpenssl())('a secure connection', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ldap-tls-'))
  let certificates: Certificates
  beforeAll(() => {
    certificates = makeCertificates(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const trusting = () => ({ SSL_CERT_FILE: certificates.caFile })

  test('by ldaps:// and by StartTLS reads the same', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed, tls: certificates.localhost })
    for (const url of [server.secureUrl, `ldap://localhost:${server.port}`]) {
      const read = await image.read(await source(url, { tls: 'start', env: trusting() }))
      expect(read).toMatchObject({ complete: true })
      expect(image.objects.user.size).toBe(1)
    }
  })

  test('to a server that nobody trusts is refused before the password is sent', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed, tls: certificates.localhost })
    for (const url of [server.secureUrl, `ldap://localhost:${server.port}`])
      await expect(image.read(await source(url, { tls: 'start' }))).rejects.toMatchObject({
        code: 'failed-precondition',
        operation: 'connect to the directory',
      })
  })

  test('to a server with another name is refused', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed, tls: certificates.otherName })
    for (const url of [server.secureUrl, `ldap://localhost:${server.port}`])
      await expect(image.read(await source(url, { tls: 'start', env: trusting() }))).rejects.toMatchObject({
        code: 'invalid-argument',
      })
  })

  test('is asked for, and without it nothing secret is sent', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed })
    const read = image.read(await source(server.url, { tls: 'start' }))
    await expect(read).rejects.toMatchObject({ code: 'failed-precondition' })
    await expect(read).rejects.toThrow(/refuses StartTLS, .*; nothing secret was sent/)
  })
})

describe('settings', () => {
  const good = {
    type: 'ldap',
    url: 'ldaps://ldap.example.com',
    bindDn: ADMIN.dn,
    passwordFile: 'f',
    users: { base: BASE, filter: '(uid=*)' },
  }

  test.each([
    ['another protocol', { url: 'https://ldap.example.com' }],
    ['a path in the address', { url: 'ldap://ldap.example.com/dc=x' }],
    ['no address at all', { url: '' }],
    ['everything in the clear over a network', { url: 'ldap://ldap.example.com', tls: 'none' }],
    ['a name without a password', { passwordFile: undefined }],
    ['a base that is no name', { users: { base: 'people' } }],
    ['a filter that is not closed', { users: { base: BASE, filter: '(uid=ann' } }],
    ['a status rule of both kinds', { enabled: { attribute: 'a', is: ['b'], isNot: ['c'] } }],
    ['an unknown key', { password: 'secret' }],
  ])('refuse %s', (_, change) => {
    expect(SourceOptions.safeParse({ ...good, ...change }).success).toBe(false)
  })

  test('take what is complete', () => {
    expect(SourceOptions.parse(good)).toMatchObject({ tls: 'start', inheritedMembers: 'drop', pageSize: 500 })
  })
})
