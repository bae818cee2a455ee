import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { completionScript } from '../../../../../src/sdk/cli/commands/completion.ts'
import { twingateGrammar } from '../../../../support/twingate-grammar.ts'
import { temporaryFolder } from '../../../../tenant/sync-tenant.ts'
import { FIELDS } from '../../../../../src/connector/settings.ts'

const grammar = twingateGrammar('1')
const offered = FIELDS.filter(
  (field) => !('hidden' in field) && (!('sources' in field) || field.sources.some((source) => source === 'flag')),
)

/** What bash offers for a command line of these words, the last one being typed. */
function bashOffers(...words: readonly string[]): readonly string[] {
  // What Bash cuts at = : and @ stands together on the line.
  const line = words.reduce((typed, word) =>
    /^[=:@]|[=:@]$/.test(typed.slice(-1) + word) ? typed + word : `${typed} ${word}`,
  )
  const script = `${completionScript('bash', grammar)}
COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _baton_twingate; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script, 'bash', ...words], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.split('\n').filter((reply) => reply !== '')
}

describe('bash', () => {
  it.each([
    [
      ['baton-twingate', ''],
      [
        'sync',
        'validate',
        'grant',
        'revoke',
        'role',
        'apply',
        'account',
        'offboard',
        'device',
        'access-request',
        'group',
        'service-account',
        'status',
        'health-check',
        'capabilities',
        'config',
        'completion',
        'version',
        'help',
      ],
    ],
    [
      ['baton-twingate', 'group', ''],
      ['create', 'rename', 'delete'],
    ],
    [['baton-twingate', 'service-account', ''], ['key']],
    [
      ['baton-twingate', 'account', 'create', '--f'],
      ['--file', '--first-name'],
    ],
    [['baton-twingate', 'grant', 'Engineering', '--fi'], ['--file']],
    [
      ['baton-twingate', 'help', 'co'],
      ['config', 'completion'],
    ],
    [['baton-twingate', 'ca'], ['capabilities']],
    [
      ['baton-twingate', 'completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['baton-twingate', '--log-level', ''],
      ['debug', 'info', 'warn', 'error'],
    ],
    [['baton-twingate', '--log-level', '=', 'd'], ['debug']],
    [
      ['baton-twingate', '--log-level', '='],
      ['debug', 'info', 'warn', 'error'],
    ],
    [
      ['baton-twingate', '--api-key'],
      ['--api-key', '--api-key-file'],
    ],
    [['baton-twingate', '--api-key', ''], []],
    [['baton-twingate', '-f', '/etc/host'], expect.arrayContaining(['/etc/hosts'])],
  ])('offers for %j: %j', (words, expected) => {
    expect(bashOffers(...words)).toEqual(expected)
  })
})

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (shell) => {
  const script = completionScript(shell, grammar)

  it('knows every flag, and the first two words of every command; the program itself gives the third', () => {
    for (const { name } of offered) expect(script).toContain(shell === 'fish' ? `-l ${name} ` : `--${name}`)
    for (const { name } of grammar.commands)
      for (const word of name.split(' ').slice(0, 2)) expect(script).toContain(word)
    for (const name of ['from', 'first-name']) expect(script).toContain(shell === 'fish' ? `-l ${name} ` : `--${name}`)
    expect(script).not.toContain('grant-entitlement')
    expect(script).not.toContain('keep-sync-count')
  })

  const isInstalled = spawnSync(shell, ['-c', 'true']).status === 0
  it.skipIf(!isInstalled)('is a script that the shell can read', () => {
    // As a file: the standard input that Node gives is a socket, which fish cannot read.
    const file = join(temporaryFolder(onTestFinished), 'script')
    writeFileSync(file, script)
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })
})
