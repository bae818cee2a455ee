import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { changeAccess, contractFaults, syncConnector } from 'baton-connector-sdk/testing'
import { open } from './toy.ts'

const folder = mkdtempSync(join(tmpdir(), 'toy-test-'))
after(() => rmSync(folder, { recursive: true }))

/** The connector over a copy of the example's data. */
function toy(name: string) {
  const path = join(folder, `${name}.json`)
  cpSync(join(import.meta.dirname, 'directory.json'), path)
  return open(path)
}

test('does what the engine expects of a connector', async () => {
  assert.deepEqual(await contractFaults(toy('contract')), [])
})

test('a sync finds every person, every team, and who is in it', async () => {
  const { counts, resources, grants } = await syncConnector(toy('sync'))
  assert.deepEqual(counts.resources, { user: 3, team: 2 })
  assert.ok(resources.some(({ displayName }) => displayName === 'Workshop'))
  assert.ok(grants.includes('team:t1:member:user:p1'))
})

test('what is granted is there in the next sync, once, and what is refused says why', async () => {
  const connector = toy('grant')
  const grant = { kind: 'grant', resource: { type: 'team', id: 't2' }, slug: 'member' } as const
  const toAda = { ...grant, principal: { type: 'user', id: 'p1' } }
  const [first] = await changeAccess(connector, [toAda])
  const [again] = await changeAccess(connector, [toAda])
  assert.deepEqual([first?.outcome, again?.outcome], ['granted', 'already-granted'])
  assert.ok((await syncConnector(connector)).grants.includes('team:t2:member:user:p1'))
  const [refused] = await changeAccess(connector, [{ ...grant, principal: { type: 'user', id: 'nobody' } }])
  assert.deepEqual([refused?.outcome, refused?.error?.code], ['refused', 'not-found'])
})
