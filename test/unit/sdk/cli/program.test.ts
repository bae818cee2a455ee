import { describe, expect, it } from 'vitest'
import { ConnectorError, ERROR_CODES, exitCodeOf } from '../../../../src/sdk/ground/errors.ts'
import { COMPLETE, run } from './fixture.ts'

const failing = (error: unknown, argv: readonly string[] = []) =>
  run({
    argv,
    env: COMPLETE,
    runs: {
      sync: async () => {
        throw error
      },
    },
  })

describe('commands', () => {
  it('runs a sync without a subcommand, and validate by name', async () => {
    expect((await run({ env: COMPLETE })).command).toBe('sync')
    expect((await run({ argv: ['validate'], env: COMPLETE })).command).toBe('validate')
  })

  it.each([
    ['validate', '--workers', '2'],
    ['--workers', '2', 'validate'],
  ])('takes flags before and after the subcommand: %s %s %s', async (...argv) => {
    const { command, config } = await run({ argv, env: COMPLETE })
    expect([command, config?.workers]).toEqual(['validate', 2])
  })

  it('runs a sync for sync, too', async () => {
    const { command, config } = await run({ argv: ['sync', '--workers', '2'], env: COMPLETE })
    expect([command, config?.workers]).toEqual(['sync', 2])
    expect((await run({ argv: ['sync', '--interval', '1h'], env: COMPLETE })).served?.interval).toBe('1h')
  })

  it.each([['--version'], ['-v'], ['version']])('prints the version for %s', async (flag) => {
    expect(await run({ argv: [flag] })).toMatchObject({ code: 0, stdout: 'baton-twingate version 1.2.3\n', stderr: '' })
  })

  it.each([['--help'], ['-h'], ['help']])('prints help with examples for %s and runs nothing', async (word) => {
    const { code, stdout, command } = await run({ argv: [word], env: COMPLETE })
    expect([code, command]).toEqual([0, undefined])
    expect(stdout).toContain('-f, --file <text>')
    expect(stdout).toMatch(/--domain <text> +Twingate network: [^]*?\(required\)/)
    expect(stdout).toContain('Examples:')
    for (const flag of ['-p, --provisioning ', '--health-check-bind-address ']) expect(stdout).toContain(flag)
    expect(stdout).not.toMatch(/preset|undefined|KEEP_SYNC_COUNT/)
  })

  it('prints help about one command', async () => {
    const { code, stdout } = await run({ argv: ['help', 'completion'] })
    expect(code).toBe(0)
    expect(stdout).toContain('Usage: baton-twingate completion <bash|zsh|fish>')
  })

  it.each([
    [['help', 'nix'], 'word 2 is no command; see baton-twingate --help\n'],
    [['help', 'grnt', 'x'], 'there is no command grnt; did you mean grant?\n'],
    [['help', 'account', 'delte'], 'there is no command account delte; did you mean account delete?\n'],
  ])('says of %j that there is no such command, without asking for settings', async (argv, expected) => {
    const { code, stdout, stderr } = await run({ argv })
    expect([code, stdout, stderr]).toEqual([3, '', `baton-twingate: command line: ${expected}`])
  })

  it.each([['help'], ['--help']])('prints the whole help for help %s', async (word) => {
    const { code, stdout } = await run({ argv: ['help', word] })
    expect([code, stdout]).toEqual([0, expect.stringContaining('Options for Twingate:')])
  })

  it.each([['capabilities'], ['config'], ['completion', 'bash']])('needs no settings for %s %s', async (...argv) => {
    const { code, stdout, stderr } = await run({ argv })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).not.toBe('')
  })

  it.each([
    [['capabilities', '--nope'], 'word 2: unknown flag; see --help'],
    [['config', 'extra'], 'config: takes no words behind it; word 2 is one too many'],
    [['group', 'create', 'New', 'York'], 'group create: takes one word behind it; word 4 is one too many; put a name'],
    [['completion'], 'completion <shell>: must be one of bash, zsh, fish'],
    [['completion', 'tcsh'], 'completion <shell>: must be one of bash, zsh, fish'],
    [['capabilties'], 'there is no command capabilties; did you mean capabilities?'],
    [['role', 'a', 'B', '--from', 'x'], '--from: not taken by role; it belongs to baton-twingate'],
    [['--endpoint', 'x'], '--endpoint: not taken without a command; it belongs to baton-twingate health-check'],
    [['--create-ticket', 'x'], '--create-ticket: unknown flag: this connector creates no tickets'],
    [['--create-ticke'], 'word 1: unknown flag; see --help\n'],
    [['--wrkers=1'], '--wrkers: unknown flag; did you mean --workers?'],
    [
      ['--file', '--workers', '1'],
      '--file (BATON_FILE): needs a value; one that is a flag itself is written --file=--…',
    ],
    [['--keep-sync-count', '1'], '--keep-sync-count: unknown flag; it is set by the variable BATON_KEEP_SYNC_COUNT'],
  ])('refuses %j', async (argv, expected) => {
    const { code, stderr, command } = await run({ argv, env: COMPLETE })
    expect([code, command]).toEqual([3, undefined])
    expect(stderr).toContain(expected)
  })
})

describe('failures', () => {
  it.each(ERROR_CODES)('ends with the exit code of %s', async (code) => {
    const result = await failing(new ConnectorError(code, 'sync', 'it did not work'))
    expect(result).toMatchObject({
      code: exitCodeOf(code),
      stderr: 'baton-twingate: sync: it did not work\n',
      stdout: '',
    })
  })

  it('passes on the exit code of a command that did not throw', async () => {
    expect((await run({ env: COMPLETE, runs: { sync: async () => 5 } })).code).toBe(5)
  })

  it('shows stack and causes only at debug', async () => {
    const error = new ConnectorError('internal', 'sync', 'it broke', new Error('the cause'))
    expect((await failing(error)).stderr).toBe('baton-twingate: sync: it broke\n')
    const { stderr } = await failing(error, ['--log-level', 'debug'])
    expect(stderr).toContain('the cause')
    expect(stderr).toContain('program.test.ts')
  })

  it('lets nothing that an error quotes reach the terminal as a command', async () => {
    const error = new ConnectorError(
      'not-found',
      'grant',
      'no group "\u001b[31mred\u009b2J"\nand no user "\u0007" or "nimda\u202e"',
    )
    expect((await failing(error)).stderr).toBe(
      'baton-twingate: grant: no group " [31mred 2J"\nand no user " " or "nimda "\n',
    )
  })

  it('takes anything thrown for an error of its own', async () => {
    expect(await failing('just text')).toMatchObject({ code: 13 })
  })
})

describe('streams', () => {
  const logging: Parameters<typeof run>[0] = {
    env: COMPLETE,
    runs: {
      sync: async ({ io }) => {
        io.status.set('users 3 of 9')
        io.log.info('hello')
        return 0
      },
    },
  }

  it('logs console lines above the status line on a terminal and clears it at the end', async () => {
    const { stderr, stdout } = await run({ ...logging, isTTY: true })
    const line = '2024-04-05T19:34:38.123Z\tINFO\thello\n'
    expect(stderr).toBe(`\r\u001B[2Kusers 3 of 9\r\u001B[2K${line}users 3 of 9\r\u001B[2K`)
    expect(stdout).toBe('')
  })

  it('logs JSON and shows no status line in a pipe', async () => {
    const { stderr } = await run(logging)
    expect(stderr).toBe('{"level":"info","ts":1712345678.123,"msg":"hello"}\n')
  })
})

describe('a log that is not stderr', () => {
  it('tells why a run failed, without the secrets, as stderr does', async () => {
    const error = new ConnectorError('unavailable', 'sync', `no connection for ${COMPLETE.BATON_API_KEY}`)
    const { code, stdout, stderr } = await failing(error, ['--log-path', 'stdout'])
    expect([code, stderr]).toEqual([14, 'baton-twingate: sync: no connection for [secret]\n'])
    expect(JSON.parse(stdout)).toMatchObject({
      level: 'error',
      msg: 'run failed',
      error: 'baton-twingate: sync: no connection for [secret]',
    })
  })

  it('is nothing that stderr has to say twice', async () => {
    const { stderr } = await failing(new ConnectorError('unavailable', 'sync', 'no connection'))
    expect(stderr).toBe('baton-twingate: sync: no connection\n')
  })
})
