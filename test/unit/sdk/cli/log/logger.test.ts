import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LoggerOptions } from '../../../../../src/sdk/cli/log/logger.ts'
import { createLogger } from '../../../../../src/sdk/cli/log/logger.ts'
import { createRedactor } from '../../../../../src/sdk/settings/redactor.ts'
import { ConnectorError } from '../../../../../src/sdk/ground/errors.ts'
import { Secret } from '../../../../../src/sdk/ground/secret.ts'
import { recorder } from '../fixture.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'baton-log-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

async function create(options: Partial<LoggerOptions> = {}) {
  const stdout = recorder()
  const stderr = recorder()
  const redactor = createRedactor()
  const log = createLogger({
    level: 'info',
    format: 'json',
    paths: [],
    cwd: directory,
    redactor,
    clock: { now: () => new Date(1_700_000_000_250), monotonicMs: () => 0 },
    stdout: stdout.write,
    stderr: stderr.write,
    ...options,
  })
  return { log, stdout, stderr, redactor, lines: () => stderr.parts.map((line) => JSON.parse(line)) }
}

describe('createLogger', () => {
  it('writes level, seconds, message and fields as JSON lines to stderr', async () => {
    const { log, lines, stdout } = await create()
    log.warn('page read again', { page: 3, seconds: 1.5 })
    expect(lines()).toEqual([{ level: 'warn', ts: 1_700_000_000.25, msg: 'page read again', page: 3, seconds: 1.5 }])
    expect(stdout.text()).toBe('')
  })

  it('writes tab-separated lines for people in the console format', async () => {
    const { log, stderr } = await create({ format: 'console' })
    log.info('started')
    log.error('it\nbroke', { id: 'a\u001B[31m\u009B2J' })
    expect(stderr.text()).toBe(
      '2023-11-14T22:13:20.250Z\tINFO\tstarted\n2023-11-14T22:13:20.250Z\tERROR\tit broke\t{"id":"a\\u001b[31m 2J"}\n',
    )
  })

  it.each([
    ['debug', 4],
    ['info', 3],
    ['warn', 2],
    ['error', 1],
  ] as const)('drops what is below %s', async (level, count) => {
    const { log, lines } = await create({ level })
    for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each]('x')
    expect(lines()).toHaveLength(count)
  })

  it('writes everything where more is asked for than its level, with stacks, to the same place', async () => {
    const { log, lines } = await create({ level: 'error' })
    for (const each of ['debug', 'info', 'warn', 'error'] as const) log.verbose[each]('x', { error: new Error('y') })
    expect(lines().map(({ level, errorVerbose }) => [level, typeof errorVerbose])).toEqual(
      ['debug', 'info', 'warn', 'error'].map((level) => [level, 'string']),
    )
  })

  it('shows the message of an error, its stack and causes only at debug', async () => {
    const error = new ConnectorError('internal', 'read', 'it broke', new Error('the cause'))
    const info = await create()
    info.log.error('failed', { error })
    expect(info.lines()).toEqual([expect.objectContaining({ error: 'baton-twingate: read: it broke' })])
    expect(info.stderr.text()).not.toContain('the cause')
    const debug = await create({ level: 'debug' })
    debug.log.error('failed', { error })
    expect(debug.lines()[0].errorVerbose).toMatch(/logger\.test\.ts[^]*the cause/)
  })

  it('keeps its own keys when a field has the same name, and a % in the message', async () => {
    const { log, lines } = await create()
    log.info('100 %d %s', { level: 'x', ts: 'y', msg: 'z', size: 3n })
    expect(lines()).toEqual([
      { level: 'info', ts: 1_700_000_000.25, msg: '100 %d %s', level_: 'x', ts_: 'y', msg_: 'z', size: '3' },
    ])
  })

  it('takes secrets out, known ones anywhere and Secret values always', async () => {
    const { log, stderr, redactor } = await create()
    redactor.add(new Secret('tell-"nobody"'))
    log.info('sent tell-"nobody"', { a: ['tell-"nobody"'], b: new Secret('unknown') })
    expect(stderr.text()).not.toMatch(/nobody|unknown/)
  })

  it('appends to files instead of stderr, readable by their owner only', async () => {
    for (const message of ['one', 'two']) {
      const { log, stderr, stdout } = await create({ paths: ['a.log', 'stdout'] })
      log.info(message)
      log.close()
      expect([stderr.text(), stdout.parts.length]).toEqual(['', 1])
    }
    const lines = readFileSync(join(directory, 'a.log'), 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['one', 'two'])
  })

  it.skipIf(!existsSync('/dev/full'))('says once on stderr why a file takes nothing more', async () => {
    const { log, stderr } = await create({ paths: ['/dev/full'] })
    log.info('one')
    log.info('two')
    log.close()
    expect(stderr.text()).toBe('the log file /dev/full cannot be written: no space left on the disk\n')
  })

  it('refuses a file that it cannot open, naming the flag', async () => {
    const failure = create({ paths: ['none/a.log'] })
    await expect(failure).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(failure).rejects.toThrow(
      '--log-path (BATON_LOG_PATH): the file none/a.log is in a directory that does not exist',
    )
  })
})
