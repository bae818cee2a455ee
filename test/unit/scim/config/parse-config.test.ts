import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../../src/scim/config/parse-config.ts'
import { fingerprint } from '../../../../src/scim/config/fingerprint.ts'
import { mappingsOf } from '../../../../src/scim/config/mappings.ts'
import { ConnectorError } from '../../../../src/sdk/errors.ts'

const place = { name: 'scim.yaml', folder: '/etc/scim' }

const MINIMAL = `
target:
  url: https://acme.twingate.com/api/scim/v2/
  token_file: token
source: { type: csv, people: people.csv }
`

const DEFAULTS = {
  user: [
    { target: 'externalId', source: '[externalId]' },
    { target: 'userName', source: '[userName]' },
  ],
  group: [
    { target: 'externalId', source: '[externalId]' },
    { target: 'displayName', source: '[displayName]' },
  ],
}

const problems = (text: string): readonly string[] => {
  try {
    parseConfig(text, place)
  } catch (error) {
    if (ConnectorError.is(error)) return error.detail.split('\n').map((line) => line.trim())
    throw error
  }
  return []
}

describe('a configuration', () => {
  it('needs a target and a source; the rest has defaults, and paths are relative to the file', () => {
    expect(parseConfig(MINIMAL, place)).toMatchObject({
      origin: 'scim.yaml',
      folder: '/etc/scim',
      target: {
        url: 'https://acme.twingate.com/api/scim/v2',
        profile: 'twingate',
        token: { setting: 'target.token_file', file: { path: '/etc/scim/token', shown: 'token' } },
      },
      state: '/etc/scim/scim-state.db',
      source: { type: 'csv', people: 'people.csv' },
      scope: { mode: 'assigned', defaultAccess: true, filters: { user: [], group: [] } },
      nestedGroups: 'direct',
      users: { enabled: true, actions: { create: true, update: true, delete: true } },
      groups: { enabled: true },
      onLeave: 'disable',
      deletionGuard: { count: 10, share: 0.1 },
      quarantine: 'small',
      intervalMs: 2_400_000,
      mode: 'all',
    })
  })

  it('names the line of each problem', () => {
    const text = `target:
  url: http://scim.example.com/v2
  token: hunter2
source: { type: csf }
scope:
  mode: asigned
users:
  mapping:
    - target: userName
      source: [mail]
`
    expect(problems(text)).toEqual([
      '5 problems',
      'scim.yaml, line 2: target.url must begin with https://; plain http is for addresses of this machine only',
      'scim.yaml, line 3: target.token: a secret must not stand in this file; put it into a file of its own and name that with token_file',
      expect.stringMatching(/^scim\.yaml, line 4: source\.type must be .*csv.*, not "csf"; did you mean csv\?$/),
      'scim.yaml, line 6: scope.mode must be assigned or all, not "asigned"; did you mean assigned?',
      "scim.yaml, line 10: users.mapping entry 1, source is a list to YAML; put the expression in quotes, such as '[mail]'",
    ])
  })

  it('has a fingerprint that changes with what is mapped and not with how it is written', () => {
    const print = (extra: string): string => {
      const config = parseConfig(MINIMAL + extra, place)
      return fingerprint(config, mappingsOf(config, DEFAULTS))
    }
    const mapping = (expression: string) =>
      `users: { mapping: [{ target: externalId, source: '[externalId]' }, { target: userName, source: '${expression}' }] }`
    expect(print(mapping('ToLower([mail])'))).toBe(print(mapping('ToLower( [mail] )')))
    expect(print(mapping('ToLower([mail])'))).not.toBe(print(mapping('ToUpper([mail])')))
    expect(print('interval: 1h')).toBe(print(''))
    expect(print('nested_groups: flatten')).not.toBe(print(''))
  })
})
