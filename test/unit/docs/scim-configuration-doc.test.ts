import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/scim/config/parse-config.ts'
import { ScimFile } from '../../../src/scim/config/file-schema.ts'
import { keyNamesOf, fileKey } from '../../../src/scim/config/key-names.ts'
import { FILTER_OPERATORS, findOperator } from '../../../src/scim/scope/operators.ts'
import { rowsOf } from '../../support/markdown.ts'

const text = readFileSync(join(import.meta.dirname, '../../../docs/scim-configuration.md'), 'utf8')
const place = { name: 'scim.yaml', folder: '/etc/scim' }

const words = (cell: string | undefined): readonly string[] =>
  Array.from((cell ?? '').matchAll(/`([^`]+)`/g), ([, word = '']) => word)

describe('docs/scim-configuration.md', () => {
  it('shows a configuration that is right', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(text) ?? []
    expect(parseConfig(yaml, place)).toMatchObject({
      target: { profile: 'twingate' },
      users: { mapping: { length: 6 } },
    })
  })

  it('lists every setting, and no other', () => {
    const rows = rowsOf(text, 'Key').filter((row) => row['Default'] !== undefined)
    const listed = rows.flatMap((row) => {
      const [first = '', ...more] = words(row['Key'])
      const parent = first.includes('.') ? first.slice(0, first.lastIndexOf('.')) : ''
      return [
        first,
        ...more.map((key) =>
          key.startsWith('.') ? parent + key : key.includes('.') || parent === '' ? key : `${parent}.${key}`,
        ),
      ]
    })
    const names = keyNamesOf(ScimFile)
    const all = names.at([], {}).flatMap((key) => {
      const inner = names.at([key], {})
      return key === 'source' || inner.length === 0
        ? [fileKey(key)]
        : inner.map((name) => `${fileKey(key)}.${fileKey(name)}`)
    })
    expect([...listed].sort()).toEqual([...all].sort())
  })

  it('tells the defaults', () => {
    const config = ScimFile.parse({ target: { url: 'https://a.example' }, source: { type: 'csv', people: 'p' } })
    const defaults = new Map(
      rowsOf(text, 'Key').map((row) => [words(row['Key'])[0], words(row['Default'])[0] ?? row['Default']]),
    )
    expect(
      Object.fromEntries(
        [
          'state',
          'scope.mode',
          'scope.default_access',
          'nested_groups',
          'groups.enabled',
          'on_leave',
          'quarantine',
          'interval',
          'mode',
          'deletion_guard.count',
        ].map((key) => [key, defaults.get(key)]),
      ),
    ).toEqual({
      state: config.state,
      'scope.mode': config.scope.mode,
      'scope.default_access': config.scope.defaultAccess,
      nested_groups: config.nestedGroups,
      'groups.enabled': String(config.groups.enabled),
      on_leave: config.onLeave,
      quarantine: config.quarantine,
      interval: config.interval,
      mode: config.mode,
      'deletion_guard.count': `${config.deletionGuard.count}, ${config.deletionGuard.share}`,
    })
  })

  it('lists every operator, with the name that it has at Entra', () => {
    const rows = rowsOf(text, 'Operator')
    const ours = rows.flatMap((row) => words(row['Operator']))
    const theirs = rows.flatMap((row) => (row['At Entra'] ?? '').split(', '))
    expect(ours).toEqual(FILTER_OPERATORS)
    expect(theirs.map(findOperator)).toEqual(ours)
  })
})
