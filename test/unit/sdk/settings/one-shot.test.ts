import { describe, expect, it } from 'vitest'
import { oneShotOf } from '../../../../src/sdk/settings/one-shot.ts'
import { COMPLETE, run } from '../cli/fixture.ts'

const asked = async (...argv: readonly string[]) => {
  const { command, config, stderr } = await run({ argv, env: COMPLETE })
  expect(stderr).toBe('')
  return { command, asked: config && oneShotOf(config) }
}

const ENTITLEMENT = 'group:R1:member'
const grant = ['--grant-entitlement', ENTITLEMENT, '--grant-principal', 'U1']

describe('flags of Go connectors', () => {
  it.each([
    [grant, { kind: 'grant', entitlement: ENTITLEMENT, principal: 'U1', principalType: 'user' }],
    [
      [...grant, '--grant-principal-type', 'group', '-p'],
      { kind: 'grant', entitlement: ENTITLEMENT, principal: 'U1', principalType: 'group' },
    ],
    [['--revoke-grant', 'g'], { kind: 'revoke', grant: 'g' }],
    [['--create-account-email', 'a@b.c'], { kind: 'create-account', facts: { email: 'a@b.c' } }],
    [['--create-account-login', 'a@b.c'], { kind: 'create-account', facts: { email: 'a@b.c' } }],
    [
      [
        '--create-account-email',
        'a@b.c',
        '--create-account-profile',
        '{"login":"A@b.c","first_name":"A","role":"SUPPORT"}',
      ],
      { kind: 'create-account', facts: { email: 'a@b.c', firstName: 'A', role: 'SUPPORT' } },
    ],
    [['--create-account-profile', '{"email":"a@b.c"}'], { kind: 'create-account', facts: { email: 'a@b.c' } }],
    [
      ['--create-resource', 'Eng', '--create-resource-type', 'group'],
      { kind: 'create-resource', type: 'group', name: 'Eng' },
    ],
    [
      ['--delete-resource', 'U1', '--delete-resource-type', 'user'],
      { kind: 'delete-resource', type: 'user', id: 'U1' },
    ],
    [['--invoke-action', 'x'], { kind: 'invoke-action', name: 'x', args: {} }],
    [['--invoke-action', 'x', '--invoke-action-args', '{"a":1}'], { kind: 'invoke-action', name: 'x', args: { a: 1 } }],
    [['--list-action-schemas'], { kind: 'list-actions' }],
  ])('%j ask for one operation', async (argv, expected) => {
    expect(await asked(...argv)).toEqual({ command: 'one-shot', asked: expected })
  })

  it('are never taken from variables: a sync stays a sync', async () => {
    const env = { ...COMPLETE, BATON_REVOKE_GRANT: 'g' }
    expect((await run({ env })).command).toBe('sync')
  })

  it('leave a sync a sync where only --provisioning is given', async () => {
    expect(await asked('-p')).toEqual({ command: 'sync', asked: undefined })
  })

  it.each([
    [['--grant-entitlement', 'x'], '--grant-principal: is needed together with --grant-entitlement'],
    [['--delete-resource-type', 'user'], '--delete-resource: is needed together'],
    [['--create-resource', 'x'], '--create-resource-type: is needed together'],
    [['--grant-principal-type', 'user'], '--grant-principal-type: works only together'],
    [['--invoke-action-args', '{}'], 'works only together with --invoke-action'],
    [[...grant, '--revoke-grant', 'g'], '--grant-entitlement, --revoke-grant: one operation a run'],
    [['--revoke-grant', 'g', '--list-action-schemas'], '--revoke-grant, --list-action-schemas: one operation a run'],
    [['grant', 'G', 'u', '--revoke-grant', 'g'], 'one operation a run, and grant is one already'],
    [['validate', '--revoke-grant', 'g'], 'one operation a run, and validate is one already'],
    [['--create-account-profile', '{}'], '--create-account-email: is needed'],
    [['--create-account-profile', 'no'], '--create-account-profile: must be a JSON object'],
    [
      ['--create-account-email', 'a@b.c', '--create-account-login', 'ada'],
      'must be the e-mail address wherever it is given',
    ],
    [['--create-account-email', 'a@b.c', '--create-account-profile', '{"login":"x"}'], 'must be the e-mail address'],
    [['--create-account-email', 'a@b.c', '--create-account-profile', '{"shoe":"x"}'], 'unknown key; there are email'],
    [['--create-account-email', 'a@b.c', '--create-account-profile', '{"role":1}'], 'role must be a text'],
    [['--delete-resource', 'x', '--delete-resource-type', 'role'], 'must be user, group or service-account-key'],
    [['--dry-run'], '--dry-run: works only with a change'],
    [['--update-file'], '--update-file: works only with a change'],
    [['validate', '--dry-run'], '--dry-run: works only with a change'],
  ])('are refused as %j', async (argv, expected) => {
    const { code, stderr, command } = await run({ argv, env: COMPLETE })
    expect([code, command]).toEqual([3, undefined])
    expect(stderr).toContain(expected)
  })
})

describe('commands that change something', () => {
  it('are given their words and own flags', async () => {
    const argv = ['account', 'create', 'a@b.c', '--role', 'SUPPORT', '--first-name=Ada', '--dry-run']
    const { command, invocation, config } = await run({ argv, env: COMPLETE })
    expect([command, config?.['dry-run']]).toEqual(['account create', true])
    expect(invocation).toMatchObject({ words: ['a@b.c'] })
    expect(Object.fromEntries(invocation?.flags ?? [])).toEqual({ role: 'SUPPORT', 'first-name': 'Ada' })
  })

  it.each([
    [['apply'], 'apply <file>: is missing; write apply <file>'],
    [['apply', '--from='], '--from: must not be empty'],
    [['grant', 'G'], 'grant <principal>: is missing; write grant <target> <principal...>'],
    [['account'], 'account needs one of create, enable'],
  ])('are refused as %j', async (argv, expected) => {
    const { code, stderr, command } = await run({ argv, env: COMPLETE })
    expect([code, command]).toEqual([3, undefined])
    expect(stderr).toContain(expected)
  })
})
