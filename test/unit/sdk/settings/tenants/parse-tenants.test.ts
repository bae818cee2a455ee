import { describe, expect, it } from 'vitest'
import { parseTenants } from '../../../../../src/sdk/settings/tenants/parse-tenants.ts'

const ACME = `  - name: acme
    network: acme
    key_file: keys/acme
    file: acme.c1z
`

/** Problems as lines. */
function problemsOf(text: string): readonly string[] {
  const parsed = parseTenants(text, 'fleet.yaml')
  return 'problems' in parsed ? parsed.problems.map((problem) => `${problem.subject}: ${problem.text}`) : []
}

describe('a file of tenants', () => {
  it('is YAML or JSON, and gives each tenant with its line', () => {
    const entry = { name: 'acme', network: 'acme', key_file: 'keys/acme', file: 'acme.c1z' }
    expect(parseTenants(`tenants:\n${ACME}`, 'f')).toEqual({ tenants: [{ entry, line: 2 }] })
    expect(parseTenants(JSON.stringify({ $schema: './s.json', tenants: [entry] }, null, 2), 'f')).toEqual({
      tenants: [{ entry, line: 4 }],
    })
  })

  it.each([
    ['', 'fleet.yaml, line 1: it must be "name: value" lines'],
    ['[]', 'fleet.yaml, line 1: it must be "name: value" lines'],
    ['tenants:', 'fleet.yaml, line 1: tenants must be a list'],
    ['{}', 'fleet.yaml, line 1: tenants is missing'],
    ['tenants: []', 'fleet.yaml, line 1: tenants must hold a tenant'],
    ['tenants: [acme]', 'fleet.yaml, line 1: tenant 1: it must be "name: value" lines'],
    [
      `tenants:\n${ACME}  - name: globex\n    key_file: k\n    file: g.c1z\n`,
      'fleet.yaml, line 6: tenant globex: network is missing',
    ],
    [
      `tenants:\n${ACME}  - network: globex\n    key_file: k\n    file: 17\n    name: [x]\n`,
      'fleet.yaml, line 9: tenant 2: name must be a text; put it in quotes',
      'fleet.yaml, line 8: tenant 2: file must be a text; put it in quotes',
    ],
    [
      `tenants:\n${ACME.replace('acme', '../acme')}`,
      'fleet.yaml, line 2: tenant 1: name must be letters, digits, dots and dashes, 63 at most',
    ],
    [
      `tenants:\n${ACME}    key_env: ACME_KEY\n`,
      'fleet.yaml, line 2: tenant acme: it needs key_file or key_env, one of them',
    ],
    [
      `tenants:\n${ACME.replace('key_file: keys/acme', 'key_env: $ACME')}`,
      'fleet.yaml, line 4: tenant acme: key_env must be the name of a variable',
    ],
    [
      `tenants:\n${ACME.replace('network', 'netwrk')}`,
      'fleet.yaml, line 2: tenant acme: network is missing',
      'fleet.yaml, line 2: tenant acme: it has a setting that this file does not know: netwrk; did you mean network?',
    ],
    [
      `tenants:\n${ACME}${ACME.replace('acme', 'Acme')}`,
      'fleet.yaml, line 6: tenant Acme: line 2 has a tenant of this name already',
    ],
  ])('that says %j is refused, with the place', (text, ...problems) => {
    expect(problemsOf(text)).toEqual(problems)
  })

  it('never repeats a key that stands in it, whatever the place', () => {
    const key = 'aB3dEf6hIj9kLmN0pQrS'
    const texts = [
      `tenants:\n${ACME}    key: ${key}\n`,
      `tenants:\n${ACME.replace('key_file: keys/acme', `api_key: ${key}`)}`,
      `tenants:\n${ACME.replace('name: acme', `name: ${key} ${key}`)}`,
      `tenants:\n${ACME.replace('key_file: keys/acme', `key_env: ${key}-`)}`,
      `${key}: x`,
    ]
    for (const text of texts) expect(problemsOf(text).join('\n')).toMatch(/^fleet\.yaml, line \d/)
    for (const text of texts.slice(0, 4)) expect(problemsOf(text).join('\n')).not.toContain(key)
    expect(problemsOf(texts[0] ?? '')).toEqual([
      'fleet.yaml, line 2: tenant acme: it must not hold the key itself; name its file with key_file, or its variable with key_env',
    ])
  })

  it.each(['tenants: [', 'a: &a [*a', 'tenants: *nothing', `tenants: "`])('that is no YAML is refused: %j', (text) => {
    expect(() => parseTenants(text, 'fleet.yaml')).toThrow(/the file fleet\.yaml[, ]/)
  })
})
