import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { KEY, run } from '../cli/fixture.ts'

const domain = { BATON_DOMAIN: 'acme' } as const

describe('a secret', () => {
  it.each([
    ['the flag', { argv: ['--api-key', KEY] }],
    ['the variable', { env: { BATON_API_KEY: KEY } }],
    ['the config file', { files: { '/here/.baton.yaml': `api-key: ${KEY}` } }],
    ['a file named by the flag', { argv: ['--api-key-file', 'key'], files: { '/here/key': KEY } }],
    ['a file named by the variable', { env: { BATON_API_KEY_FILE: '/k/key' }, files: { '/k/key': `${KEY}\n` } }],
    [
      'a file named by the config file',
      { files: { '/here/.baton.yaml': 'api-key-file: key', '/here/key': `${KEY}\r\n` } },
    ],
    [
      'the credentials directory',
      { env: { CREDENTIALS_DIRECTORY: '/run/c' }, files: { '/run/c/api-key': `${KEY}\n` } },
    ],
  ])('is taken from %s', async (_, call) => {
    const { config, stderr } = await run({ ...call, env: { ...domain, ...('env' in call ? call.env : {}) } })
    expect(stderr).toBe('')
    expect(config?.['api-key'].reveal()).toBe(KEY)
    expect(inspect(config)).not.toContain(KEY)
  })

  it.each([
    [
      'value and file',
      { BATON_API_KEY: KEY, BATON_API_KEY_FILE: '/k' },
      'by the variable BATON_API_KEY and by the variable BATON_API_KEY_FILE',
    ],
    ['value and credential', { BATON_API_KEY: KEY, CREDENTIALS_DIRECTORY: '/run/c' }, 'and by the file /run/c/api-key'],
    ['file and credential', { BATON_API_KEY_FILE: '/k', CREDENTIALS_DIRECTORY: '/run/c' }, 'is given more than once'],
    ['an empty file', { BATON_API_KEY_FILE: '/empty' }, 'the file /empty is empty'],
    ['a missing file', { BATON_API_KEY_FILE: '/none' }, 'the file /none does not exist'],
    [
      'a credential that may not be read',
      { CREDENTIALS_DIRECTORY: '/locked' },
      'the file /locked/api-key may not be read',
    ],
    ['a file of two lines', { BATON_API_KEY_FILE: '/two' }, 'the text in the file /two must be one line'],
    [
      'a file with an empty line at its end',
      { BATON_API_KEY_FILE: '/blank' },
      'the text in the file /blank must be one line',
    ],
    ['a value with a space', { BATON_API_KEY: `${KEY} ${KEY}` }, 'must be one line of plain characters'],
    ['nothing', {}, 'is required; a file that holds it can be named with --api-key-file (BATON_API_KEY_FILE)'],
  ])('is refused for %s, without being shown', async (_, env, expected) => {
    const files = {
      '/k': KEY,
      '/run/c/api-key': KEY,
      '/empty': '\n',
      '/blank': `${KEY}\n\n`,
      '/two': `${KEY}\n${KEY}\n`,
      '/locked/api-key': 'EACCES',
    }
    const { code, stderr } = await run({ env: { ...domain, ...env }, files })
    expect(code).toBe(3)
    expect(stderr).toContain(expected)
    expect(stderr).not.toContain(KEY)
  })

  it('is not shown under a misspelt flag, as a stray word or inside another value', async () => {
    const calls = [['--apikey', KEY], [`--apikey=${KEY}`], [KEY], ['--workers', KEY, '--api-key', KEY]]
    for (const argv of calls) {
      const { code, stderr } = await run({ argv, env: domain })
      expect(code).toBe(3)
      expect(stderr).not.toContain(KEY)
    }
  })

  it('is read again from its file, and not where it came as a value', async () => {
    const files = { '/k': 'first-key' }
    const byFile = await run({ env: { ...domain, BATON_API_KEY_FILE: '/k' }, files })
    files['/k'] = 'second-key\n'
    const again = await byFile.io?.reread('api-key')
    expect(again?.reveal()).toBe('second-key')
    const byValue = await run({ env: { ...domain, BATON_API_KEY: KEY } })
    expect(await byValue.io?.reread('api-key')).toBeUndefined()
  })

  it('is taken out of all output once it is known, also after it was read again', async () => {
    const files = { '/k': KEY }
    const { stdout, stderr } = await run({
      argv: ['--log-level', 'debug'],
      env: { ...domain, BATON_API_KEY_FILE: '/k' },
      files,
      runs: {
        sync: async ({ io }) => {
          files['/k'] = 'quite-another-key'
          await io.reread('api-key')
          io.stdout.write(`${KEY} quite-another-key\n`)
          io.stderr.write(`${KEY}\n`)
          io.status.write(`${KEY}\n`)
          io.log.debug('sent', { url: `https://x/?k=${KEY}`, error: new Error('quite-another-key') })
          throw new Error(`failed with ${KEY}`)
        },
      },
    })
    expect(stdout).toBe('[secret] [secret]\n')
    expect(stderr).toContain('failed with [secret]')
    expect(stderr).not.toMatch(new RegExp(`${KEY}|quite-another-key`))
  })
})
