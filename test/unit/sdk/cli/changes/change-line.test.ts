import { describe, expect, it } from 'vitest'
import { changeJson, changeText, type ChangeLine } from '../../../../../src/sdk/cli/changes/change-line.ts'
import { ConnectorError } from '../../../../../src/sdk/ground/errors.ts'

const granted: ChangeLine = {
  operation: 'grant',
  outcome: 'granted',
  resource: { type: 'user', id: 'U1' },
  name: 'Ada Okafor <ada@acme.example>',
  entitlement: { id: 'group:G1:member', type: 'group', name: 'Engineering' },
  before: 'not a member',
  after: 'member',
}

/** As the flags of Go connectors have it, which know no names. */
const byIds: ChangeLine = {
  operation: 'grant',
  outcome: 'granted',
  resource: { type: 'user', id: 'U1' },
  entitlement: { id: 'group:G1:member', type: 'group' },
  before: 'not a member',
  after: 'member',
}

const refused: ChangeLine = {
  operation: 'account disable',
  outcome: 'refused',
  resource: { type: 'user', id: 'U1' },
  before: 'state ACTIVE',
  error: new ConnectorError('failed-precondition', 'disable', 'the last admin'),
}

describe('changeText', () => {
  it.each([
    [granted, 'granted  Ada Okafor <ada@acme.example>  group Engineering  (not a member → member)\n'],
    [
      { ...granted, outcome: 'already-granted', before: 'member' },
      'already-granted  Ada Okafor <ada@acme.example>  group Engineering  (member)\n',
    ],
    [
      { ...granted, line: 12 },
      'granted  Ada Okafor <ada@acme.example>  group Engineering  (not a member → member)  line 12\n',
    ],
    [byIds, 'granted  U1  group:G1:member  (not a member → member)\n'],
    [refused, 'refused  U1  account disable  (the last admin)\n'],
    [{ ...granted, name: 'a\u001b[31m\nb' }, 'granted  a [31m b  group Engineering  (not a member → member)\n'],
  ])('writes one line for a person: %#', (line, text) => {
    expect(changeText(line)).toBe(text)
  })
})

describe('changeJson', () => {
  it('writes who got what, on one line', () => {
    expect(changeJson(granted, 3)).toMatch(/^[^\n]+\n$/)
    expect(JSON.parse(changeJson(granted, 3))).toEqual({
      operation: 'grant',
      principal: 'U1',
      principalType: 'user',
      principalName: 'Ada Okafor <ada@acme.example>',
      entitlement: 'group:G1:member',
      entitlementName: 'Engineering',
      outcome: 'granted',
      before: 'not a member',
      after: 'member',
      requests: 3,
    })
  })

  it('names the line of a row, and what is there already', () => {
    const existing = { id: 'U7', state: 'ACTIVE', role: 'MEMBER', type: 'MANUAL' }
    expect(JSON.parse(changeJson({ ...granted, line: 12 }, 3))).toMatchObject({ line: 12, operation: 'grant' })
    expect(JSON.parse(changeJson({ operation: 'account create', outcome: 'already-exists', existing }, 1))).toEqual({
      operation: 'account create',
      outcome: 'already-exists',
      requests: 1,
      existing,
    })
  })

  it('names a resource and the reason of a refusal', () => {
    expect(JSON.parse(changeJson(refused, 1))).toEqual({
      operation: 'account disable',
      resource: 'U1',
      resourceType: 'user',
      outcome: 'refused',
      before: 'state ACTIVE',
      requests: 1,
      error: { code: 'failed-precondition', message: 'the last admin' },
    })
  })
})
