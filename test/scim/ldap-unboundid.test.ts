import { describe, expect, test } from 'vitest'
import {
  adding,
  BASE,
  BRANCHES,
  group,
  nameOf,
  person,
  record,
  removing,
  startLdapGate,
  startUnboundId,
  unboundIdJar,
} from '../ldap-servers/index.ts'
import { ldapSource } from './ldap-place.ts'
import { SourceImage, sourceCall } from './source-image.ts'

const jar = unboundIdJar()
const UIDS = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8']
const SEED = `${record(BASE, { objectClass: 'domain', dc: 'example' })}\n${BRANCHES}${UIDS.map((uid) => person(uid)).join('\n')}\n${group('staff', UIDS.map(nameOf))}`

const uidsOf = ({ objects }: SourceImage): readonly string[] =>
  [...objects.user.values()].map(({ attributes }) => String(attributes['uid'])).sort()

/** A running server that ends with the test. */
async function running(range = 0) {
  if (jar === undefined) throw new Error('UNBOUNDID_LDAPSDK_JAR names no jar')
  const stack = new AsyncDisposableStack()
  const server = await startUnboundId(jar, SEED, range)
  stack.defer(() => server.close())
  return { server, stack, image: new SourceImage(), [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

describe.runIf(jar !== undefined)('UnboundID in memory', () => {
  test('gives people, groups and members, page by page, and the same in another way', async () => {
    await using place = await running()
    const { server, image } = place
    using source = await ldapSource(server.url, { pageSize: 3 })
    expect(await image.read(source)).toMatchObject({ complete: true, gaps: [], notes: [] })
    expect(uidsOf(image)).toEqual(UIDS)
    expect(image.memberships.size).toBe(UIDS.length)
    await expect(
      source.reread?.({ users() {}, groups() {}, members() {}, assignments() {} }, sourceCall()),
    ).resolves.toMatchObject({ complete: true })
  })

  test('counts entries to find a page, and who is missed when somebody is deleted between pages is read all the same', async () => {
    await using place = await running()
    const { server, stack, image } = place
    const gate = await startLdapGate(server.port, async ({ base, search, page }) => {
      if (base.startsWith('ou=people') && search === 1 && page === 2) await server.change(removing(nameOf('a1')))
    })
    stack.defer(() => gate.close())
    using source = await ldapSource(gate.url, { pageSize: 2 })
    await image.read(source)
    expect(uidsOf(image)).toEqual(expect.arrayContaining(UIDS.slice(1)))
  })

  test('gives nobody the memberships of who had the name before', async () => {
    await using place = await running()
    const { server, image } = place
    await server.change(removing(nameOf('a1')) + adding(person('a1')))
    using source = await ldapSource(server.url)
    const { notes } = await image.read(source)
    expect(uidsOf(image)).toEqual(UIDS)
    expect(image.memberships.size).toBe(UIDS.length - 1)
    expect(notes).toEqual([expect.stringContaining(`${nameOf('a1')} in cn=staff`)])
  })

  test('keeps who people are when their branch is renamed; members that it leaves behind belong to nobody', async () => {
    await using place = await running()
    const { server, image } = place
    using source = await ldapSource(server.url, { users: { base: BASE } })
    await image.read(source)
    const before = [...image.objects.user.keys()].sort()
    await server.change(`dn: ou=people,${BASE}\nchangetype: modrdn\nnewrdn: ou=humans\ndeleteoldrdn: 1\n\n`)
    const { notes } = await image.read(source)
    expect([...image.objects.user.keys()].sort()).toEqual(before)
    expect(image.memberships.size).toBe(0)
    expect(notes).toEqual([expect.stringMatching(/^8 names of members belong to no entry/)])
  })

  test('gives all members also where they come in ranges', async () => {
    await using place = await running(3)
    const { server, image } = place
    using source = await ldapSource(server.url)
    expect(await image.read(source)).toMatchObject({ complete: true, gaps: [] })
    expect(image.memberships.size).toBe(UIDS.length)
    const [found] = await source.find('group', 'staff', sourceCall())
    expect(found?.members).toHaveLength(UIDS.length)
  })

  test('is refused where a filter names what it does not know, which it would take for everybody', async () => {
    await using place = await running()
    using source = await ldapSource(place.server.url, { users: { base: BASE, filter: '(!(hrStatus=left))' } })
    await expect(place.image.read(source)).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})
