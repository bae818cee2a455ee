import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Ended } from '../support/run-program.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'

type AtEnd = Parameters<typeof createPlace>[0]

async function served(atEnd: AtEnd) {
  const place = createPlace(atEnd)
  const server = await place.serve()
  const { BATON_DOMAIN, BATON_BASE_URL, BATON_API_KEY } = settingsFor(server.baseUrl)
  return { place, where: { BATON_DOMAIN: BATON_DOMAIN!, BATON_BASE_URL: BATON_BASE_URL! }, key: BATON_API_KEY! }
}

/** Code, table and no warning of a run that found all it needs. */
const outcomeOf = ({ code, stdout, stderr }: Ended): unknown => [
  code,
  /^user +40 /m.test(stdout),
  stderr.includes('"warn"'),
]
const SUCCESS = [0, true, false]

describe.concurrent('settings', () => {
  it('come from flags', async ({ onTestFinished }) => {
    const { place, where, key } = await served(onTestFinished)
    const flags = ['--domain', 'acme.twingate.com', `--base-url=${where.BATON_BASE_URL}`, '--api-key', key]
    expect(outcomeOf(await place.run(flags))).toEqual(SUCCESS)
  })

  it('come from the config file named by the flag, by the variable, or found in the folder', async ({
    onTestFinished,
  }) => {
    const { place, where, key } = await served(onTestFinished)
    const text = `domain: acme\nbase-url: ${where.BATON_BASE_URL}\n`
    const named = place.input('named.yaml', `${text}api-key: '${key}'\nfile: from-config.c1z\n`)
    expect(outcomeOf(await place.run(['--config', named]))).toEqual(SUCCESS)
    expect(outcomeOf(await place.run(['-f', 'from-flag.c1z'], { env: { BATON_CONFIG_PATH: named } }))).toEqual(SUCCESS)
    writeFileSync(join(place.folder, '.baton.yaml'), text)
    expect(outcomeOf(await place.run([], { env: { BATON_API_KEY: key } }))).toEqual(SUCCESS)
    expect(Object.keys(place.contents())).toEqual(['.baton.yaml', 'from-config.c1z', 'from-flag.c1z', 'sync.c1z'])
  })

  it('take the key from a file and from the credentials directory', async ({ onTestFinished }) => {
    const { place, where, key } = await served(onTestFinished)
    const file = place.input('key', `${key}\n`)
    expect(outcomeOf(await place.run(['--api-key-file', file], { env: where }))).toEqual(SUCCESS)
    expect(outcomeOf(await place.run([], { env: { ...where, BATON_API_KEY_FILE: file } }))).toEqual(SUCCESS)
    const credential = place.input('api-key', key)
    expect(outcomeOf(await place.run([], { env: { ...where, CREDENTIALS_DIRECTORY: dirname(credential) } }))).toEqual(
      SUCCESS,
    )
  })

  it('name every problem at once, and nothing of the key', async ({ onTestFinished }) => {
    const { place } = await served(onTestFinished)
    const config = place.input('bad.yaml', `api-key: '${KEY} with a space'\nworkrs: 3\nworkers: many\n`)
    const { code, stdout, stderr } = await place.run(
      ['--config', config, '--log-level', 'loud', '--storage-engine', 'pebble', '--nonsense', '--skip-grants'],
      { env: { BATON_DOMAIN: 'acme.acme', BATON_HTTP_TIMEOUT_SECONDS: '-1' } },
    )
    expect([code, stdout]).toEqual([3, ''])
    const [first, ...problems] = stderr.trimEnd().split('\n')
    expect(first).toMatch(/^baton-twingate: configuration: 9 problems$/)
    const subjects = [
      'word 7',
      '--domain (BATON_DOMAIN)',
      '--api-key (BATON_API_KEY)',
      '--log-level (BATON_LOG_LEVEL)',
      '--http-timeout-seconds (BATON_HTTP_TIMEOUT_SECONDS)',
      '--workers (BATON_WORKERS)',
      '--storage-engine (BATON_STORAGE_ENGINE)',
      '--skip-grants (BATON_SKIP_GRANTS)',
    ]
    const found = subjects.filter((subject) => problems.filter((line) => line.includes(`  ${subject}`)).length === 1)
    expect(found).toEqual(subjects)
    expect(problems.filter((line) => /unknown key .workrs.*workers/.test(line))).toHaveLength(1)
    expect(place.contents()).toEqual({})
  })

  it('are refused without a stack where the config file cannot be read', async ({ onTestFinished }) => {
    const { place } = await served(onTestFinished)
    const broken = place.input('broken.yaml', `api-key: [${KEY}\n`)
    for (const path of [broken, 'gone.yaml']) {
      const { code, stderr } = await place.run(['--config', path], {
        env: { BATON_DOMAIN: 'acme', BATON_API_KEY: KEY },
      })
      expect([code, stderr]).toEqual([3, expect.stringMatching(/^baton-twingate: configuration: --config .*\.yaml /)])
      expect(stderr.trimEnd()).not.toContain('\n')
    }
  })

  it('keep the key out of log files at every level and in both forms', async ({ onTestFinished }) => {
    const { place, where, key } = await served(onTestFinished)
    mkdirSync(join(place.folder, 'logs'))
    for (const format of ['json', 'console']) {
      const log = `logs/${format}.log`
      const flags = ['--log-level', 'debug', '--log-format', format, '--log-path', `${log},stdout`, '--api-key', key]
      const { code, stdout } = await place.run(flags, { env: where })
      expect([code, stdout]).toEqual([0, expect.stringContaining('Twingate answered')])
      const wrong = await place.run([...flags, '-f', 'logs'], { env: { ...where } })
      expect(wrong.code).toBe(3)
    }
    expect(Object.keys(place.contents())).toEqual(['logs/console.log', 'logs/json.log', 'sync.c1z'])
  })
})
