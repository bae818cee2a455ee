import { describe, expect, it } from 'vitest'
import type { TargetObject } from '../../../../src/scim/model.ts'
import { startingProfile, type TargetProfile } from '../../../../src/scim/target/profile.ts'
import { type Asked, NEVER, open, type Scripted, serve } from './scripted-server.ts'

const ada: TargetObject = { kind: 'user', id: '1', attributes: { userName: 'ada', active: false }, version: 'W/"3"' }
const profileOf = (found: Partial<TargetProfile>): TargetProfile => ({ ...startingProfile('generic'), ...found })
const title = [{ path: 'title', after: 'Countess' }]

const operationsOf = ({ body }: Asked) =>
  (body as { readonly Operations: readonly { readonly op: string }[] }).Operations

/** One update at a server that answers so; gives what was asked and learned. */
async function update(
  answer: (asked: Asked, number: number) => Scripted,
  {
    changes = title,
    current = ada,
    profile = {},
  }: { changes?: typeof title; current?: TargetObject; profile?: Partial<TargetProfile> },
) {
  await using server = await serve(answer)
  const learned: TargetProfile[] = []
  const target = open(server.url, { profile: profileOf(profile), onLearned: (found) => learned.push(found) })
  const written = await target.update(current, changes, NEVER)
  return { written, asked: server.asked, learned: learned.at(-1) }
}

describe('an update', () => {
  it('is one PATCH, without If-Match where that was not advertised', async () => {
    const { written, asked } = await update(() => ({ status: 204 }), {})
    expect(written).toEqual({ status: 204 })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({
      method: 'PATCH',
      url: '/scim/v2/Users/1',
      body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'add', path: 'title', value: 'Countess' }],
      },
    })
    expect(asked[0]?.headers['if-match']).toBeUndefined()
  })

  it('names the version that was read where the server knows versions', async () => {
    const { asked } = await update(() => ({ status: 204 }), { profile: { etag: true } })
    expect(asked[0]?.headers['if-match']).toBe('W/"3"')
  })

  it('sends nothing where there is nothing to remove', async () => {
    const { asked } = await update(() => 'hang up', { changes: [{ path: 'title' } as never] })
    expect(asked).toEqual([])
  })

  it('says replace for add to a server that answers 501, from then on', async () => {
    const { asked, learned } = await update(
      (one) => (operationsOf(one).some(({ op }) => op === 'add') ? { status: 501 } : { status: 204 }),
      {},
    )
    expect(asked.flatMap(operationsOf)).toEqual([
      { op: 'add', path: 'title', value: 'Countess' },
      { op: 'replace', path: 'title', value: 'Countess' },
    ])
    expect(learned?.addOperation).toBe('replace')
  })

  it('leaves the old primary e-mail to a server that refuses to clear it', async () => {
    const current = { ...ada, attributes: { emails: [{ type: 'home', value: 'h', primary: true }] } }
    const changes = [{ path: 'emails[type eq "work"].value', after: 'w' }]
    const { asked, learned } = await update(
      (one) => (operationsOf(one).length > 1 ? { status: 400, body: {} } : { status: 204 }),
      { current, changes },
    )
    expect(asked.map((one) => operationsOf(one).length)).toEqual([2, 1])
    expect(learned).toBeUndefined()
  })

  it('is not sent again in the same words', async () => {
    let asked = 0
    const refusing = update(({ method }) => {
      if (method === 'PATCH') asked++
      return { status: 400, body: { detail: 'no such attribute' } }
    }, {})
    await expect(refusing).rejects.toThrow('no such attribute')
    expect(asked).toBe(1)
  })

  it('is a PUT of all that a fresh read shows, with active, where PATCH is not offered; from then on', async () => {
    const fresh = {
      id: '1',
      schemas: ['x'],
      meta: { version: 'W/"4"' },
      userName: 'ada',
      active: false,
      groups: [{ value: 'g' }],
    }
    const { asked, learned } = await update(
      ({ method }) => (method === 'PATCH' ? { status: 405 } : { status: 200, body: fresh }),
      {},
    )
    expect(asked.map(({ method }) => method)).toEqual(['PATCH', 'GET', 'PUT'])
    expect(asked[2]?.body).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'ada',
      active: false,
      title: 'Countess',
    })
    expect(learned?.puts).toEqual(['user'])
  })

  it('keeps the members of a group in a PUT, and does not send one where they are not known', async () => {
    const group: TargetObject = { kind: 'group', id: 'g', attributes: { displayName: 'old' } }
    const changes = [{ path: 'displayName', after: 'new' }]
    const shown = { id: 'g', displayName: 'old', members: [{ value: '1', display: 'x' }] }
    const { asked } = await update(() => ({ status: 200, body: shown }), {
      current: group,
      changes,
      profile: { puts: ['group'] },
    })
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'PUT'])
    expect(asked[1]?.body).toMatchObject({ displayName: 'new', members: [{ value: '1' }] })
    const hidden = { id: 'g', displayName: 'old', members: [{ display: 'x' }] }
    await expect(
      update(() => ({ status: 200, body: hidden }), { current: group, changes, profile: { puts: ['group'] } }),
    ).rejects.toThrow('does not show the members')
  })
})
