import { describe, expect, it } from 'vitest'
import { startingProfile, type TargetProfile } from '../../../../src/scim/target/profile.ts'
import type { MemberChange } from '../../../../src/scim/target/target.ts'
import { membersChanged, type PatchOperation } from '../../../scim-targets/index.ts'
import { type Asked, NEVER, open, type Scripted, serve } from './scripted-server.ts'

const ids = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, n) => String(from + n))
const refuse = (status: number): Scripted => ({ status, body: { detail: 'no' } })

/** A server with one group, whose rules say what it refuses; `effect` is what a change that it takes does. */
async function change(
  members: readonly string[],
  wanted: MemberChange,
  options: {
    refuses?: (
      operations: readonly PatchOperation[],
      changed: ReturnType<typeof membersChanged>,
    ) => Scripted | undefined
    effect?: (now: readonly string[], operations: readonly PatchOperation[]) => readonly string[]
    profile?: Partial<TargetProfile>
  } = {},
) {
  const { refuses = () => undefined, profile = {} } = options
  let now = members
  const effect =
    options.effect ??
    ((before, operations) => {
      const { add, remove } = membersChanged(operations)
      return [...before, ...add].filter((id) => !remove.includes(id))
    })
  const batches: number[] = []
  const answer = ({ method, body }: Asked): Scripted => {
    if (method === 'GET') return { status: 200, body: { id: 'g', members: now.map((value) => ({ value })) } }
    if (method === 'PUT') {
      now = (body as { readonly members: readonly { readonly value: string }[] }).members.map(({ value }) => value)
      return { status: 200, body: {} }
    }
    const { Operations } = body as { readonly Operations: readonly PatchOperation[] }
    const changed = membersChanged(Operations)
    batches.push(changed.add.length + changed.remove.length)
    const refused = refuses(Operations, changed)
    if (refused) return refused
    now = effect(now, Operations)
    return { status: 204 }
  }
  await using server = await serve(answer)
  const target = open(server.url, { profile: { ...startingProfile('generic'), ...profile } })
  const run = target.changeMembers('g', wanted, NEVER)
  const outcome: { refused?: readonly string[]; error?: unknown } = await run.then(
    ({ refused }) => ({ refused: refused.map(({ id }) => id) }),
    (error: unknown) => ({ error }),
  )
  return { ...outcome, now: now.toSorted(), batches, profile: target.profile, asked: server.asked }
}

describe('a change of members', () => {
  it('sends bare ids, each once, in batches of what the profile allows', async () => {
    const { asked, batches, now } = await change([], { add: [...ids(1, 250), '1', '2'] })
    expect(batches).toEqual([100, 100, 50])
    expect(now).toEqual(ids(1, 250).toSorted())
    expect(asked[2]?.body).toMatchObject({
      Operations: [{ op: 'add', path: 'members', value: ids(201, 250).map((value) => ({ value })) }],
    })
  })

  it('removes by one operation for each, with the id as a text of JSON', async () => {
    const { asked, now } = await change(['a"b', 'c'], { remove: ['a"b'] })
    expect(asked[0]?.body).toMatchObject({ Operations: [{ op: 'remove', path: 'members[value eq "a\\"b"]' }] })
    expect(now).toEqual(['c'])
  })

  it('sends nothing for nobody', async () => {
    expect((await change(['1'], { add: [] })).asked).toEqual([])
    expect((await change(['1'], { remove: [] })).asked).toEqual([])
  })

  it('names where a member lives for a server that requires it', async () => {
    const { asked } = await change([], { add: ['1'], kind: 'group' }, { profile: { memberRef: true } })
    const $ref: unknown = expect.stringMatching(/\/scim\/v2\/Groups\/1$/)
    expect(asked[0]?.body).toMatchObject({ Operations: [{ value: [{ value: '1', $ref }] }] })
  })
})

describe('a batch that is refused', () => {
  it.each([400, 413])('is halved, and the size that was taken is learned (%i)', async (status) => {
    const { refused, now, batches, profile } = await change(
      [],
      { add: ids(1, 100) },
      { refuses: (_, { add }) => (add.length > 30 ? refuse(status) : undefined) },
    )
    expect([refused, now.length, batches]).toEqual([[], 100, [100, 50, 25, 25, 50, 25, 25]])
    expect(profile.membersPerRequest).toBe(25)
  })

  it.each([400, 404, 409, 500])(
    'is halved down to the ids that are to blame, and all others are added (%i)',
    async (status) => {
      const bad = ['17', '60']
      const { refused, now, profile } = await change(
        [],
        { add: ids(1, 100) },
        { refuses: (_, { add }) => (add.some((id) => bad.includes(id)) ? refuse(status) : undefined) },
      )
      expect([refused?.toSorted(), now.length]).toEqual([bad, 98])
      expect(profile.membersPerRequest).toBe(100)
    },
  )

  it('is given up where one id after the other is refused', async () => {
    const { error, batches } = await change([], { add: ids(1, 64) }, { refuses: () => refuse(400) })
    expect(error).toMatchObject({ code: 'invalid-argument' })
    expect(batches.length).toBeLessThan(20)
  })

  it('is not sent again for those whom a failing server has added all the same', async () => {
    let isFirst = true
    const { refused, now, batches } = await change(
      [],
      { add: ids(1, 10) },
      {
        effect: (before, operations) => [...before, ...membersChanged(operations).add],
        refuses(_, { add }) {
          if (!isFirst || add.length < 10) return undefined
          isFirst = false
          return refuse(500)
        },
      },
    )
    expect([refused, now.length, batches]).toEqual([[], 10, [10, 5, 5]])
  })

  it('ends the change where the group is gone', async () => {
    await using server = await serve(() => ({ status: 404, body: {} }))
    await expect(open(server.url).changeMembers('g', { add: ids(1, 50) }, NEVER)).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(server.asked).toHaveLength(2)
  })
})

describe('a removal that a server does not take by filter', () => {
  const byValueOnly = (status: number) => (operations: readonly PatchOperation[]) =>
    operations.some(({ path }) => path !== 'members') ? refuse(status) : undefined

  it.each([
    [501, [20, 1, 1, 19]],
    [400, [20, 10, 5, 3, 2, 1, 1, 1, 1, 2, 5, 10]],
  ])('is spelt by value, tried with one id first, and remembered (%i)', async (status, sizes) => {
    const { refused, now, batches, profile } = await change(
      ids(1, 30),
      { remove: ids(1, 20) },
      { refuses: byValueOnly(status) },
    )
    expect([refused, now, batches]).toEqual([[], ids(21, 30).toSorted(), sizes])
    expect(profile.memberRemoval).toBe('value')
  })

  it('is not spelt by value again where that removed others, too', async () => {
    const { refused, now, profile, batches } = await change(
      ids(1, 9),
      { remove: ['1', '2'] },
      { refuses: byValueOnly(400), effect: () => [] },
    )
    expect([refused, now, profile.memberRemoval]).toEqual([[], [], 'filter'])
    expect(batches).toEqual([2, 1, 1, 1])
  })

  it('is never spelt by value where the filter was taken before', async () => {
    const { refused, asked } = await change(
      ids(1, 9),
      { remove: ['1', '2', '3'] },
      { refuses: (_, { remove }) => (remove.includes('3') ? refuse(400) : undefined) },
    )
    expect(refused).toEqual(['3'])
    expect(JSON.stringify(asked)).not.toContain('"path":"members"')
  })

  it('is done where the member is gone already', async () => {
    expect((await change(['2'], { remove: ['1'] }, { refuses: () => refuse(400) })).refused).toEqual([])
  })
})

describe('an addition that a server does not take', () => {
  it('is tried with $ref, and remembered', async () => {
    const { refused, now, profile } = await change(
      [],
      { add: ids(1, 4) },
      { refuses: (operations) => (JSON.stringify(operations).includes('$ref') ? undefined : refuse(400)) },
    )
    expect([refused, now.length, profile.memberRef]).toEqual([[], 4, true])
  })

  it('replaces the whole list where add is 501, and loses nobody', async () => {
    const { now, asked } = await change(
      ['1', '2'],
      { add: ['3'] },
      {
        refuses: (operations) => (operations[0]?.op === 'add' ? { status: 501 } : undefined),
        effect: (_, operations) => membersChanged(operations).add,
      },
    )
    expect([now, asked.map(({ method }) => method)]).toEqual([
      ['1', '2', '3'],
      ['PATCH', 'GET', 'PATCH'],
    ])
  })

  it.each([
    [{ add: ['3'] }, ['1', '2', '3']],
    [{ remove: ['1'] }, ['2']],
  ])('is a PUT of the whole group where PATCH is not offered: %j', async (wanted, left) => {
    const { now, profile } = await change(['1', '2'], wanted, { refuses: () => ({ status: 405 }) })
    expect([now, profile.puts]).toEqual([left, ['members']])
  })
})
