import { describe, expect, test } from 'vitest'
import { MemoryTarget } from '../support/scim/memory-target.ts'
import { filePolicy, World } from '../support/scim/world.ts'
import { ADMIN, adding, BASE, BRANCHES, group, nameOf, person, removing } from '../ldap-servers/index.ts'
import { slapdSuite } from './slapd-suite.ts'
import type { SourceImage } from './source-image.ts'

const open = slapdSuite()

const UIDS = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8']
const PEOPLE = `${BRANCHES}${UIDS.map((uid) => person(uid)).join('\n')}\n`

const uidsOf = ({ objects }: SourceImage): readonly string[] =>
  [...objects.user.values()].map(({ attributes }) => String(attributes['uid'])).sort()

const isPeople = ({ base }: { readonly base: string }): boolean => base.startsWith('ou=people')
const isFirst = (request: { readonly base: string; readonly search: number }): boolean =>
  isPeople(request) && request.search === 1

describe('people who change while they are read', () => {
  test('and are deleted between pages end no read before its end', async (context) => {
    await using directory = open(context)
    const { start, gate, source, image } = directory
    const server = await start({ seed: PEOPLE })
    const { url } = await gate(server, async (request) => {
      if (isFirst(request) && request.page === 2)
        await server.change(
          UIDS.slice(2, 5)
            .map((uid) => removing(nameOf(uid)))
            .join(''),
        )
    })
    const read = await image.read(await source(url, { pageSize: 2 }))
    expect(read).toMatchObject({ complete: true })
    expect(uidsOf(image)).toEqual(['a1', 'a2', 'a6', 'a7', 'a8'])
  })

  test('and are deleted and made anew under the same name make the read incomplete, and the newer one counts', async (context) => {
    await using directory = open(context)
    const { start, gate, source, image } = directory
    const server = await start({ seed: PEOPLE })
    const { url } = await gate(server, async (request) => {
      if (isFirst(request) && request.page === 2)
        await server.change(removing(nameOf('a1')) + adding(person('a1', { sn: 'New' })))
    })
    const read = await image.read(await source(url, { pageSize: 2 }))
    expect(read).toMatchObject({
      complete: false,
      gaps: [expect.stringContaining(`${nameOf('a1')} was deleted and made anew`)],
    })
    expect(uidsOf(image)).toEqual(UIDS)
    expect([...image.objects.user.values()].map(({ attributes }) => attributes['sn'])).toContain('New')
  })
})

describe('a read is incomplete, and says why,', () => {
  test('where the server gives no more than its limit', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed: PEOPLE, sizeLimit: 5 })
    const read = await image.read(await source(server.url, { pageSize: 2 }))
    expect(read).toMatchObject({
      complete: false,
      gaps: [`the server did not give all of ou=people,${BASE}, size limit exceeded (4)`],
    })
    expect(image.objects.user.size).toBeLessThan(UIDS.length)
  })

  test('where the server ends an idle session between two pages', async (context) => {
    await using directory = open(context)
    const { start, gate, source, image } = directory
    const server = await start({ seed: PEOPLE, idleSeconds: 1 })
    const { url } = await gate(server, async (request) => {
      if (isFirst(request) && request.page === 3) await request.untilServerEnds()
    })
    const read = await image.read(await source(url, { pageSize: 2 }))
    expect(read.complete).toBe(false)
    expect(read.gaps).toContainEqual(expect.stringContaining(`the read of ou=people,${BASE} was cut`))
    expect(uidsOf(image)).toEqual(UIDS.slice(0, 4))
  })

  test('where the connection is lost between two pages', async (context) => {
    await using directory = open(context)
    const { start, gate, source, image } = directory
    const server = await start({ seed: PEOPLE })
    const { url } = await gate(server, (request) => {
      if (isFirst(request) && request.page === 2) request.cut()
    })
    const read = await image.read(await source(url, { pageSize: 2 }))
    expect(read).toMatchObject({ complete: false })
    expect(uidsOf(image)).toEqual(UIDS.slice(0, 2))
  })

  test('where the server takes us for nobody from some page on', async (context) => {
    await using directory = open(context)
    const { start, gate, source, image } = directory
    const server = await start({ seed: PEOPLE })
    const { url } = await gate(server, async (request) => {
      if (isFirst(request) && request.page === 4) await request.forget()
    })
    const read = await image.read(await source(url, { pageSize: 2 }))
    expect(read.complete).toBe(false)
    expect(read.gaps).toContainEqual(
      `ou=people,${BASE}: the server treated us as dn:cn=reader,${BASE} at first and as nobody at the end`,
    )
  })

  test('where a canary that only the reader may see is gone', async (context) => {
    await using directory = open(context)
    const { start, gate, source, image } = directory
    const server = await start({ seed: PEOPLE })
    const { url } = await gate(server, async (request) => {
      if (isFirst(request) && request.page === 4) await request.forget()
    })
    const canary = { dn: `cn=reader,${BASE}`, attribute: 'cn' }
    expect(await image.read(await source(server.url, { canary }))).toMatchObject({ complete: true })
    const read = await image.read(await source(url, { canary, pageSize: 2 }))
    expect(read.gaps).toContainEqual(expect.stringContaining(`the canary cn of cn=reader,${BASE} cannot be read`))
  })

  test('where an attribute that people must have is not shown', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed: PEOPLE, access: ['access to attrs=sn by * none'] })
    const read = await image.read(await source(server.url))
    expect(read.complete).toBe(false)
    expect(read.gaps).toEqual([expect.stringMatching(/^8 entries show no sn, which their object class demands/)])
  })

  test('where the members of a group that must have some are not shown', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const seed = PEOPLE + group('staff', [nameOf('a1')])
    const server = await start({ seed, access: ['access to attrs=member by * none'] })
    const read = await image.read(await source(server.url))
    expect(read.gaps).toEqual([expect.stringMatching(/^1 entries show no member/)])
  })

  test('where the key is not shown', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({
      seed: PEOPLE,
      access: [`access to dn.base="${nameOf('a1')}" attrs=entryUUID by * none`],
    })
    const read = await image.read(await source(server.url))
    expect(read.gaps).toEqual([`1 entries show no entryUUID, for example ${nameOf('a1')}`])
    expect(uidsOf(image)).toEqual(UIDS.slice(1))
  })

  test('where nobody signs in, since nobody may see much', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed: PEOPLE, access: ['access to attrs=entryUUID by * read'] })
    const read = await image.read(await source(server.url, { bindDn: undefined, passwordFile: undefined }))
    expect(read.complete).toBe(false)
  })
})

describe('memberships', () => {
  const LONG_AGO = { createTimestamp: '20200101000000Z', modifyTimestamp: '20200101000000Z' }
  const SEED = `${BRANCHES}${[person('ann', LONG_AGO), person('bob', LONG_AGO), group('staff', ['ann', 'bob'].map(nameOf), LONG_AGO)].join('\n')}`
  const membersOf = ({ objects, memberships }: SourceImage) =>
    [...memberships.values()].map(({ member }) => String(objects.user.get(member)?.attributes['uid'])).sort()

  test('of a leaver are not those of who gets the name later', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed: SEED })
    const tree = await source(server.url)
    await image.read(tree)
    expect(membersOf(image)).toEqual(['ann', 'bob'])
    const [bob] = [...image.objects.user.values()].filter(({ attributes }) => attributes['uid'] === 'bob')
    await server.change(removing(nameOf('bob')) + adding(person('bob')))
    const read = await image.read(tree)

    expect(image.objects.user.has(bob?.id ?? '')).toBe(false)
    expect(membersOf(image)).toEqual(['ann'])
    expect(read).toMatchObject({
      complete: true,
      notes: [expect.stringContaining(`${nameOf('bob')} in cn=staff,ou=groups,${BASE}`)],
    })
    await image.read(await source(server.url, { inheritedMembers: 'keep' }))
    expect(membersOf(image)).toEqual(['ann', 'bob'])
  })

  test('of who comes back and is added again are there', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed: SEED, refint: true })
    await server.change(removing(nameOf('bob')) + adding(person('bob')))
    await server.change(`dn: cn=staff,ou=groups,${BASE}\nchangetype: modify\nadd: member\nmember: ${nameOf('bob')}\n\n`)
    await image.read(await source(server.url))
    expect(membersOf(image)).toEqual(['ann', 'bob'])
  })

  test('follow people whose branch is renamed, as far as the directory does, and people stay who they are', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed: SEED, refint: true })
    const tree = await source(server.url, { users: { base: BASE } })
    await image.read(tree)
    const before = [...image.objects.user.keys()].sort()
    await server.change(`dn: ou=people,${BASE}\nchangetype: modrdn\nnewrdn: ou=humans\ndeleteoldrdn: 1\n\n`)
    const read = await image.read(tree)
    expect([...image.objects.user.keys()].sort()).toEqual(before)
    expect([...image.objects.user.values()].map(({ attributes }) => attributes['dn'])).toContain(
      `uid=ann,ou=humans,${BASE}`,
    )
    expect(read.complete).toBe(true)
    const told = membersOf(image).length === 2 ? [] : [expect.stringContaining('names of members belong to no entry')]
    expect(read.notes).toEqual(told)
  })
})

describe('a second read that is asked in another way', () => {
  test('gives the same by other pages', async (context) => {
    await using directory = open(context)
    const { start, gate, source, image } = directory
    const server = await start({ seed: PEOPLE })
    const pages: number[] = []
    const { url } = await gate(server, (request) => {
      if (isPeople(request)) pages.push(request.page)
    })
    const tree = await source(url, { pageSize: 4 })
    await image.read(tree)
    const first = pages.splice(0)
    const again = await image.read({
      ...tree,
      read: (...args) => tree.reread?.(...args) ?? Promise.reject(new Error('no')),
    })
    expect(again.complete).toBe(true)
    expect(uidsOf(image)).toEqual(UIDS)
    expect(pages).not.toEqual(first)
  })
})

test('an incomplete read of a directory disables nobody; the next complete one does', async (context) => {
  await using directory = open(context)
  const { start, gate, source } = directory
  const server = await start({ seed: PEOPLE + group('staff', UIDS.map(nameOf)) })
  let isCut = false
  const { url } = await gate(server, (request) => {
    if (isCut && isPeople(request) && request.page === 2) request.cut()
  })
  const tree = await source(url, { pageSize: 2 })
  using world = new World()
  const target = new MemoryTarget()
  const policy = filePolicy({
    guard: { count: 100, share: 1 },
    map: (kind, { attributes, id }) => {
      const values =
        kind === 'user'
          ? { userName: String(attributes['uid']), externalId: id }
          : { displayName: String(attributes['cn']), externalId: id }
      return { values, onCreate: values, candidates: {}, problems: [] }
    },
  })
  const cycle = () => world.cycle(target, { policy, source: tree })
  await cycle()
  const active = () =>
    [...target.objects.values()].filter(({ kind, values }) => kind === 'user' && values['active'] !== false).length
  expect(active()).toBe(UIDS.length)

  isCut = true
  await server.change(removing(nameOf('a8')))
  await cycle()
  expect(active()).toBe(UIDS.length)
  isCut = false
  await cycle()
  expect(active()).toBe(UIDS.length - 1)
})

test('the admin is let in without limits, so that a limit is the account’s own', async (context) => {
  await using directory = open(context)
  const { start, source, image } = directory
  const server = await start({ seed: PEOPLE, sizeLimit: 5 })
  const read = await image.read(await source(server.url, { bindDn: ADMIN.dn, password: ADMIN.password }))
  expect(read.complete).toBe(true)
})
