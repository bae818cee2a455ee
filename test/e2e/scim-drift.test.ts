import { expect, onTestFinished, test } from 'vitest'
import { DriftReport } from '../../src/scim/cycle/drift.ts'
import { scimPlace, serveTenant, TOKEN } from '../support/scim/place.ts'

const people = ['ada', 'bob', 'cy'].map((id) => ({ id, userName: `${id}@drift.example`, email: `${id}@drift.example` }))
const groups = { eng: { name: 'Drift Eng', members: ['ada', 'bob'] } }

/** A provisioned tenant, and a way to change it as somebody else would. */
async function newPlace() {
  const tenant = await serveTenant(onTestFinished)
  const place = scimPlace(onTestFinished, { url: tenant.scimUrl })
  place.write({ people, groups })
  expect(await place.run(['apply', '--yes'])).toMatchObject({ code: 0 })
  const call = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${tenant.scimUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/scim+json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  }
  const idOf = async (type: string, attribute: string, value: string): Promise<string> => {
    const { Resources } = (await call('GET', `/${type}?count=100`)) as {
      readonly Resources: readonly Record<string, string>[]
    }
    return Resources.find((one) => one[attribute] === value)?.['id'] ?? ''
  }
  const patch = (path: string, ...Operations: readonly unknown[]) =>
    call('PATCH', path, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations })
  const report = async () => {
    const ended = await place.run(['drift'], ['--output', 'json'])
    return { code: ended.code, report: DriftReport.parse(JSON.parse(ended.stdout)) }
  }
  return { tenant, place, call, idOf, patch, report }
}

test('drift tells local objects, changed values, and members that others added and removed; repair sets back what is linked', async () => {
  const { place, call, idOf, patch, report, tenant } = await newPlace()
  const before = (await report()).report
  expect([before.changed, before.members]).toEqual([[], []])
  const local = await call('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    externalId: 'x-local',
    userName: 'local@drift.example',
    active: true,
  })
  const [eng, ada, bob, cy] = [
    await idOf('Groups', 'displayName', 'Drift Eng'),
    ...(await Promise.all(['ada', 'bob', 'cy'].map((id) => idOf('Users', 'userName', `${id}@drift.example`)))),
  ]
  await patch(`/Users/${ada}`, { op: 'replace', path: 'name.familyName', value: 'Changed' })
  await patch(`/Groups/${eng}`, { op: 'add', path: 'members', value: [{ value: cy }, { value: local['id'] }] })
  await patch(`/Groups/${eng}`, { op: 'remove', path: `members[value eq "${bob}"]` })

  const found = await report()
  expect(found.code).toBe(10)
  expect(found.report.local).toContainEqual({ kind: 'user', id: local['id'], name: 'local@drift.example' })
  expect(found.report.changed).toEqual([
    {
      kind: 'user',
      id: ada,
      name: 'ada@drift.example',
      attributes: [{ path: 'name.familyName', wanted: 'F', shown: 'Changed' }],
    },
  ])
  const [members] = found.report.members
  expect({ ...members, added: members?.added.toSorted() }).toEqual({
    group: 'Drift Eng',
    id: eng,
    added: ['cy@drift.example', 'local@drift.example'],
    removed: ['bob@drift.example'],
  })

  const writes = tenant.scimRequests.filter(({ method }) => method !== 'GET').length
  expect(await place.run(['drift', '--repair'])).toMatchObject({ code: 9 })
  expect(tenant.scimRequests.filter(({ method }) => method !== 'GET')).toHaveLength(writes)
  expect(await place.run(['drift', '--repair', '--yes'])).toMatchObject({ code: 0 })
  const after = (await report()).report
  expect([after.changed, after.members]).toEqual([[], []])
  // Whom nobody linked is in no group of the source any more, and is otherwise as it was.
  expect(after.local).toContainEqual({ kind: 'user', id: local['id'], name: 'local@drift.example' })
})

test('what the source wants newly is a plan and no drift', async () => {
  const { place, report } = await newPlace()
  place.write({
    people: people.map((one) => ({ ...one, familyName: 'New' })),
    groups: { eng: { ...groups.eng, members: ['cy'] } },
  })
  const { report: found } = await report()
  expect([found.changed, found.members]).toEqual([[], []])
})
