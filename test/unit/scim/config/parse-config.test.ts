import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../../src/scim/config/parse-config.ts'
import { scimSchemaJson } from '../../../../src/scim/config/json-schema.ts'
import { fingerprint } from '../../../../src/scim/config/fingerprint.ts'
import { mappingsOf } from '../../../../src/scim/config/mappings.ts'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'

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

  it.each<[string, string, string]>([
    ['a misspelt key', 'nested_group: flatten', 'nested_group is unknown; did you mean nested_groups?'],
    ['a key in the spelling of the code', 'onLeave: keep', 'onLeave is unknown; did you mean on_leave?'],
    [
      'a key of another place',
      'scope: { token_file: x }',
      'scope: a key of 10 characters is unknown; known here: mode, default_access, users, groups',
    ],
    ['a wrong type', 'deletion_guard: [1]', 'deletion_guard must be a block of settings, not a list'],
    ['a number that is too large', 'deletion_guard: { share: 3 }', 'deletion_guard.share must be at most 1'],
    ['a number that is too small', 'deletion_guard: { count: -1 }', 'deletion_guard.count must be at least 0'],
    ['an interval without unit', 'interval: 40', 'interval must be a text, not a number'],
    ['an interval that is too short', 'interval: 1s', 'interval must be a duration from 1m to 24h'],
    ['an empty list', 'users: { match: [] }', 'users.match must not be empty'],
    ['an empty value', 'state:', 'state must be a text, not empty'],
    [
      'a match by something else',
      'users: { match: [mail] }',
      'users.match entry 1 must be externalId or userName, not a text of 4 characters',
    ],
    [
      'a clause without operator',
      'scope: { users: [{ all: [{ attribute: a }] }] }',
      'scope.users entry 1, all entry 1, operator is missing',
    ],
    [
      'an unknown operator',
      'scope: { users: [{ all: [{ attribute: a, operator: equalz, value: b }] }] }',
      'scope.users entry 1, all entry 1, operator: there is no operator equalz; did you mean equals?',
    ],
    [
      'a constant of a wrong type',
      'users: { mapping: [{ target: active, constant: 1 }] }',
      'users.mapping entry 1, constant must be a text or true or false, not a number',
    ],
    [
      'a webhook that is none',
      'notify: { webhook: { url: "http://hooks.example.com" } }',
      'notify.webhook.url must be an address that begins with https://; plain http is for this machine only',
    ],
    ['a webhook without address', 'notify: { webhook: {} }', 'notify.webhook needs either url or url_file'],
    [
      'an inline password',
      'notify: { email: { host: h, from: f, to: t, user: u, password: hunter2 } }',
      'notify.email.password: a secret must not stand in this file; put it into a file of its own and name that with password_file',
    ],
    [
      'a user without password',
      'notify: { email: { host: h, from: f, to: t, user: u } }',
      'notify.email: user and password_file come together',
    ],
    [
      'mail in the clear to another machine',
      'notify: { email: { host: mail.example.com, from: f, to: t, security: none } }',
      'notify.email.security: none is for a mail server on this machine only, as names and the password would be readable on the way; use starttls or tls',
    ],
    ['two of one key', 'mode: all\nmode: users', 'this is not valid YAML (duplicate key)'],
  ])('refuses %s', (_, line, expected) => {
    const [problem, ...more] = problems(MINIMAL + line)
    expect(more).toEqual([])
    expect(problem).toMatch(/^scim\.yaml, line [67]: /)
    expect(problem?.replace(/^scim\.yaml, line \d+: /, '')).toBe(expected)
  })

  it.each<[string, string, RegExp]>([
    ['nothing', '', /^scim\.yaml is empty; scim init writes one$/],
    ['a list', '- a', /must be a block of settings, not a list/],
    ['what is no YAML', 'target: [', /^scim\.yaml, line 1: this is not valid YAML/],
    ['an alias without end', `a: &a [*a, *a]`, /YAML|unknown/],
    ['no target', 'source: { type: csv, people: p.csv }', /line 1: target is missing/],
    [
      'two tokens',
      MINIMAL.replace('token_file: token', 'token_file: token\n  token_env: T'),
      /line 5: target\.token_file and target\.token_env are both given; keep one of them/,
    ],
    [
      'a broken expression',
      `${MINIMAL}users:\n  mapping:\n    - target: externalId\n      source: '[a]'\n    - target: userName\n      source: 'Lefd([mail], 3)'`,
      /^scim\.yaml, line 11: the expression of userName, column 1: there is no function Lefd; did you mean Left\?$/,
    ],
  ])('refuses %s with its line', (_, text, expected) => {
    expect(problems(text).join('\n')).toMatch(expected)
  })

  it('never repeats what could be a secret', () => {
    const token = 'sk9fQ2mZx81LrT7vWb3N'
    for (const text of [
      MINIMAL.replace('token_file: token', `token: ${token}`),
      MINIMAL.replace('type: csv', `type: ${token}`),
      `${MINIMAL}${token}: 1`,
      MINIMAL.replace('https://acme.twingate.com/api/scim/v2/', token),
      `${MINIMAL}${token}`,
    ]) {
      expect(problems(text)).not.toEqual([])
      expect(problems(text).join()).not.toContain(token)
    }
  })

  it('takes everything that it documents', () => {
    const text = `${MINIMAL}
state: state/scim.db
scope:
  mode: all
  default_access: exclude
  users:
    - name: Sales
      all:
        - { attribute: department, operator: equals, value: Sales }
        - { attribute: level, operator: Greater_Than, value: 3 }
    - all: [{ attribute: admin, operator: IS TRUE }]
nested_groups: flatten
users:
  actions: { delete: false }
  match: [userName]
  mapping:
    - { target: externalId, source: '[externalId]' }
    - { target: userName, source: 'ToLower([email])' }
    - { target: active, source: 'Not([IsSoftDeleted])' }
    - { target: name.givenName, source: '[givenName]', default: '?', apply: create }
groups: { enabled: false }
on_leave: delete
deletion_guard: { count: 3, share: 0.5 }
quarantine: entra
notify:
  webhook: { url_file: hook }
  email: { host: mail.example.com, from: a@example.com, to: b@example.com, user: a, password_env: MAIL }
interval: 1h30m
mode: users
`
    expect(parseConfig(text, place)).toMatchObject({
      state: '/etc/scim/state/scim.db',
      scope: { mode: 'all', defaultAccess: false, filters: { user: [{ name: 'Sales' }, { name: 'filter 2' }] } },
      nestedGroups: 'flatten',
      users: { actions: { create: true, update: true, delete: false }, match: ['userName'] },
      groups: { enabled: false },
      onLeave: 'delete',
      deletionGuard: { count: 3, share: 0.5 },
      notify: {
        webhook: { urlFrom: { setting: 'notify.webhook.url_file', file: { path: '/etc/scim/hook', shown: 'hook' } } },
        email: { port: 587, security: 'starttls', to: ['b@example.com'], password: { env: 'MAIL' } },
      },
      intervalMs: 5_400_000,
      mode: 'users',
    })
  })

  it('has a published schema, in the spelling of the file', () => {
    const schema: unknown = JSON.parse(scimSchemaJson())
    expect(schema).toMatchObject({
      required: ['target', 'source'],
      properties: { target: { required: ['url'] }, on_leave: { enum: ['disable', 'delete', 'keep'] } },
    })
    expect(scimSchemaJson()).not.toMatch(/"[a-z]+[A-Z][A-Za-z]*": \{\n *"(type|description|default)"/)
  })

  it('has a fingerprint that changes exactly with scope and mappings', () => {
    const print = (extra: string, text = MINIMAL): string => {
      const config = parseConfig(text + extra, place)
      return fingerprint(config, mappingsOf(config, DEFAULTS))
    }
    const mapped = (expression: string, more = '') =>
      print(
        `users: { mapping: [{ target: externalId, source: '[externalId]' }, { target: userName, source: '${expression}'${more} }] }`,
      )
    const clause = (value: string, name = '') =>
      print(`scope: { users: [{ ${name} all: [{ attribute: a, operator: equals, value: ${value} }] }] }`)
    const same = [
      [mapped('ToLower([mail])'), mapped('ToLower( [mail] )')],
      [clause('x'), clause('x', 'name: X,')],
      [print(''), print('interval: 1h')],
      [print(''), print('on_leave: delete')],
      [print(''), print('', MINIMAL.replace('people.csv', 'leute.csv'))],
      [print(''), print('users: { actions: { delete: false } }')],
      [
        print(''),
        print(
          "groups: { mapping: [{ target: displayName, source: '[displayName]' }, { target: externalId, source: '[externalId]' }] }",
        ),
      ],
    ]
    for (const [one, other] of same) expect(one).toBe(other)
    const prints = [
      print(''),
      print('nested_groups: flatten'),
      print('scope: { mode: all }'),
      print('scope: { default_access: exclude }'),
      print('groups: { enabled: false }'),
      print('users: { match: [userName] }'),
      mapped('ToLower([mail])'),
      mapped('ToUpper([mail])'),
      mapped('ToLower([mail])', ', apply: create'),
      mapped('ToLower([mail])', ', default: x'),
      mapped('"[mail]"'),
      clause('x'),
      clause('y'),
    ]
    expect(new Set(prints).size).toBe(prints.length)
  })
})
