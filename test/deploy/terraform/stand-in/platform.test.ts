import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createClientSecret } from '../../../terraform/conductorone/client-secret.ts'
import { Platform } from '../../../terraform/conductorone/platform.ts'
import { Journal } from '../../../terraform/journal.ts'

const read = { operation: 'app.read', body: false, id: 'app-1' }
const create = { operation: 'app.create', body: true, id: 'app-1' }

describe('the platform of the stand-in', () => {
  it('waits out refusals for the rate at changes, five times at most, and at reads not at all', () => {
    const platform = new Platform(new Journal())
    platform.faults.schedule({ operation: 'app.create', kind: '429', times: 5 })
    expect(platform.call(create, () => 'made')).toBe('made')
    platform.faults.schedule({ operation: 'app.create', kind: '429', times: 6 }, { operation: 'app.read', kind: '429' })
    expect(() => platform.call(create, () => 'made')).toThrow('429')
    expect(() => platform.call(read, () => 'read')).toThrow('429')
    expect(platform.call(read, () => 'read')).toBe('read')
  })

  it('has the effect of a call whose answer is lost, and none of one that is refused', () => {
    const journal = new Journal()
    const platform = new Platform(journal)
    platform.faults.schedule({ operation: 'app.create', kind: '403' }, { operation: 'app.create', kind: 'lost-answer' })
    expect(() => platform.call(create, () => 'made')).toThrow('403')
    expect(journal.operations()).toEqual([])
    expect(() => platform.call(create, () => 'made')).toThrow('500')
    expect(journal.operations()).toEqual(['app.create'])
  })

  it('lets in a connector with the secret of a living credential, and nobody else', () => {
    const platform = new Platform(new Journal())
    platform.records.put('credential', 'c-1', { client_id: 'c-1@acme.conductor.one/ccc' })
    platform.secrets.set('c-1', 'secret')
    expect(platform.admits('c-1@acme.conductor.one/ccc', 'secret')).toBe(true)
    expect(platform.admits('c-1@acme.conductor.one/ccc', 'other')).toBe(false)
    platform.records.of('credential').delete('c-1')
    expect(platform.admits('c-1@acme.conductor.one/ccc', 'secret')).toBe(false)
  })

  it('makes secrets that sign, in the four parts of the platform', () => {
    const [kind, host, version, data = ''] = createClientSecret().split(':')
    expect([kind, host, version]).toEqual(['secret-token', 'conductorone.com', 'v1'])
    const jwk = JSON.parse(Buffer.from(data, 'base64url').toString()) as Record<string, string>
    const key = createPrivateKey({ key: jwk, format: 'jwk' })
    const text = Buffer.from('text')
    expect(verify(null, text, createPublicKey(key), sign(null, text, key))).toBe(true)
  })
})
