import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { CommandCall } from '../../../../src/sdk/cli/command.ts'
import { askForSettings } from '../../../../src/scim/commands/ask-for-settings.ts'
import type { ScimSettings } from '../../../../src/scim/config/fields.ts'
import { recorder } from '../../sdk/cli/fixture.ts'

const NOTHING = Object.fromEntries(
  ['config', 'people', 'groups', 'members', 'source', 'target', 'token-file', 'state', 'on-leave'].map((name) => [
    name,
    undefined,
  ]),
) as unknown as ScimSettings

/** A terminal at which these lines are typed. */
function typed(lines: readonly string[], given: Partial<ScimSettings> = {}) {
  const stderr = recorder(true)
  const stdin = Object.assign(Readable.from(lines.map((line) => `${line}\n`)), { isTTY: true })
  const call = { stderr, process: { stdin, signal: new AbortController().signal } } as unknown as CommandCall
  return { stderr, settings: askForSettings(call, { ...NOTHING, ...given }, '/here') }
}

test('everything that is missing is asked for, and asked again where the answer will not do', async () => {
  const { settings, stderr } = typed(['x', 'https://acme.twingate.com/api/scim/v2', 'token', '', 'people.csv', ''])
  expect(await settings).toMatchObject({
    target: 'https://acme.twingate.com/api/scim/v2',
    'token-file': 'token',
    people: 'people.csv',
    groups: undefined,
    state: '/here/scim-state.db',
  })
  expect(stderr.text()).toContain('it must be an address such as https://acme.twingate.com/api/scim/v2\n')
  expect(stderr.text()).toContain('a file is needed\n')
})

test('nothing is asked where all is said', async () => {
  const { settings, stderr } = typed([], { target: 'https://a.example', people: 'p.csv', state: 's.db' })
  expect(await settings).toMatchObject({ state: 's.db', 'token-file': undefined })
  expect(stderr.text()).toBe('')
})

test('a terminal that ends says so', async () => {
  await expect(typed(['https://a.example'], {}).settings).rejects.toMatchObject({ code: 'canceled' })
})
