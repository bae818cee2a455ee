import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { describeScim, type ScimPlace } from '../scim-targets/describe-scim.ts'
import type { Resource } from '../scim-targets/read-whole.ts'
import { readWhole, REFUSING_TARGET, SCIM_TARGETS, type ScimTargetName, troubles } from '../scim-targets/index.ts'
import type { Directory, Person } from '../support/scim/directory.ts'
import { scimPlace } from '../support/scim/place.ts'

/** A deleted user stays there as an inactive one that keeps its name. */
const KEEPS_DELETED: readonly ScimTargetName[] = ['django-scim2-server']

/** What is sent there otherwise than the standard has it, because all else is refused: lists whole, and members removed by value. */
const FORCED: Partial<Record<ScimTargetName, RegExp>> = {
  [REFUSING_TARGET]: /a value of several attributes at emails|a remove operation carries no value/,
}

const person = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  userName: `${id}@example.com`,
  givenName: id,
  familyName: 'Lovelace',
  email: `${id}@example.com`,
  ...more,
})

const WRITES = ['POST', 'PATCH', 'PUT', 'DELETE']

const compare = (a: string, b: string): number => (a < b ? -1 : 1)

/** What people would see there, without ids. */
async function seen(place: ScimPlace) {
  const { users, groups } = await readWhole(place.server)
  const name = (id: unknown): string => String(users.get(String(id))?.['userName'] ?? id)
  const members = (group: Resource): readonly unknown[] =>
    ((group['members'] ?? []) as readonly { readonly value: string }[]).map(({ value }) => value)
  return {
    users: [...users.values()]
      .map((user) => {
        const { familyName } = user['name'] as { readonly familyName: string }
        return `${String(user['userName'])} ${familyName}${user['active'] === false ? ' (off)' : ''}`
      })
      .sort(compare),
    groups: [...groups.values()]
      .map((group) => `${String(group['displayName'])}: ${members(group).map(name).sort(compare).join(' ')}`)
      .sort(compare),
  }
}

const life = (place: () => ScimPlace, name: ScimTargetName): void => {
  it('lives through a whole life, and a second cycle after each step writes nothing', async () => {
    const { proxy, server } = place()
    const local = scimPlace(onTestFinished, { url: proxy.url, token: server.token })
    const writes = () => proxy.exchanges.filter(({ method }) => WRITES.includes(method)).length
    const step = async (directory: Directory, flags: readonly string[] = []) => {
      local.write(directory)
      const ended = await local.run(['apply', '--yes'], flags)
      expect(`${ended.stderr}${ended.code === 0 ? '' : ended.stdout}`).toBe('')
      const before = writes()
      expect(await local.run(['apply', '--yes'], flags)).toMatchObject({ code: 0 })
      expect(writes()).toBe(before)
      return seen(place())
    }
    const ada = person('ada')
    const bob = person('bob', { familyName: `O'Neil "Jr" \\ Ünlü` })
    const cy = person('cy')
    const eng = { name: 'Engineering', members: ['ada', 'bob', 'cy'] }
    const ops = { name: 'Ops & "Co"', members: ['cy'] }

    const bobs = `bob@example.com O'Neil "Jr" \\ Ünlü`
    expect(await step({ people: [ada, bob, cy], groups: { eng, ops } })).toEqual({
      users: ['ada@example.com Lovelace', bobs, 'cy@example.com Lovelace'],
      groups: ['Engineering: ada@example.com bob@example.com cy@example.com', 'Ops & "Co": cy@example.com'],
    })

    const king = person('ada', { familyName: 'King' })
    const builders = { name: 'Builders', members: ['bob'] }
    expect(
      await step({ people: [king, bob, cy], groups: { eng: builders, ops: { ...ops, members: ['ada', 'cy'] } } }),
    ).toEqual({
      users: ['ada@example.com King', bobs, 'cy@example.com Lovelace'],
      groups: ['Builders: bob@example.com', 'Ops & "Co": ada@example.com cy@example.com'],
    })

    const off = { ...cy, active: false }
    const moved = { eng: builders, ops: { ...ops, members: ['ada', 'cy'] } }
    expect((await step({ people: [king, bob, off], groups: moved })).users).toContain('cy@example.com Lovelace (off)')
    expect((await step({ people: [king, bob, cy], groups: moved })).users).toContain('cy@example.com Lovelace')

    const left = { eng: builders, ops: { ...ops, members: ['ada'] } }
    expect(await step({ people: [king, bob], groups: left })).toEqual({
      users: ['ada@example.com King', bobs, 'cy@example.com Lovelace (off)'],
      groups: ['Builders: bob@example.com', 'Ops & "Co": ada@example.com'],
    })
    expect(await step({ people: [king, bob, cy], groups: moved })).toMatchObject({
      groups: ['Builders: bob@example.com', 'Ops & "Co": ada@example.com cy@example.com'],
    })

    const deleted = await step({ people: [king, bob], groups: { ops: { ...ops, members: ['ada'] } } }, [
      '--on-leave',
      'delete',
    ])
    expect(deleted).toEqual({
      users: ['ada@example.com King', bobs, ...(KEEPS_DELETED.includes(name) ? ['cy@example.com Lovelace (off)'] : [])],
      groups: ['Ops & "Co": ada@example.com'],
    })
    expect(await step({ people: [king, bob, cy], groups: { ops } })).toEqual({
      users: ['ada@example.com King', bobs, 'cy@example.com Lovelace'],
      groups: ['Ops & "Co": cy@example.com'],
    })

    writeFileSync(join(local.folder, 'token'), 'an-old-token\n')
    expect(await local.run(['apply', '--yes'])).toMatchObject({ code: 16 })
    writeFileSync(join(local.folder, 'token'), `${server.token}\n`)
    expect(await local.run(['apply', '--yes'])).toMatchObject({ code: 0 })
    expect(proxy.complaints().filter((complaint) => !FORCED[name]?.test(complaint))).toEqual([])
  }, 240_000)

  it('comes to the same through lost answers, refusals for rate and failures that pass', async () => {
    const { proxy, server } = place()
    proxy.forget()
    const local = scimPlace(onTestFinished, { url: proxy.url, token: server.token })
    const people = Array.from({ length: 8 }, (_, n) => person(`trouble${n}`))
    local.write({ people, groups: { t: { name: 'Trouble', members: people.map(({ id }) => id) } } })
    proxy.inject({
      when: ({ method, path }) => method === 'POST' && path.startsWith('/Users'),
      trouble: { kind: 'lose-answer' },
      times: 2,
    })
    proxy.inject({
      when: ({ method, path }) => method === 'POST' && path.startsWith('/Users'),
      trouble: { kind: 'lose-request' },
    })
    proxy.inject({
      when: ({ method, path }) => method === 'POST' && path.startsWith('/Users'),
      trouble: troubles.tooMany(1),
    })
    proxy.inject({
      when: ({ method, path }) => method === 'POST' && path.startsWith('/Users'),
      trouble: troubles.failAfter(500),
    })
    proxy.inject({
      when: ({ method, path }) => method === 'POST' && path.startsWith('/Groups'),
      trouble: { kind: 'cut-answer' },
    })
    proxy.inject({
      when: ({ method, path }) => method === 'PATCH' && path.startsWith('/Groups'),
      trouble: { kind: 'lose-answer' },
    })
    const ended = await local.run(['apply', '--yes'])
    expect(ended.code === 0 ? '' : `${ended.stdout}${ended.stderr}`).toBe('')
    const { users, groups } = await seen(place())
    expect(users.filter((user) => user.startsWith('trouble'))).toHaveLength(8)
    expect(groups).toContain(`Trouble: ${people.map(({ userName }) => userName).join(' ')}`)
    const before = proxy.exchanges.length
    expect(await local.run(['apply', '--yes'])).toMatchObject({ code: 0 })
    expect(proxy.exchanges.slice(before).filter(({ method }) => method !== 'GET')).toEqual([])
  }, 120_000)
}

describeScim(SCIM_TARGETS, life)
describeScim([REFUSING_TARGET], life, { mayPut: true, mayRemoveByValue: true })
