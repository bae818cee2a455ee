import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { toldIn } from '../support/expect-refusal.ts'
import { createPlace, settingsFor } from '../support/place.ts'

const committed = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8').trimEnd()

describe.concurrent('the other commands', () => {
  it.for([
    [['capabilities'], committed('baton_capabilities.json')],
    [['config'], committed('config_schema.json')],
  ] as const)('%s prints what is committed, without any setting', async ([args, text], { onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const { code, stdout, stderr } = await place.run(args)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.trimEnd()).toBe(text)
  })

  it.for([
    [['--version'], new RegExp((JSON.parse(committed('package.json')) as { version: string }).version)],
    [['--help'], /Examples:\n.*--api-key-file[\s\S]*Exit codes:/],
    [['help'], /Usage: baton-twingate/],
    [['validate', '--help'], /Usage: baton-twingate validate/],
    [['completion', 'bash'], /complete .*baton-twingate/],
    [['completion', 'zsh'], /#compdef baton-twingate/],
    [['completion', 'fish'], /complete -c baton-twingate/],
  ] as const)('%s needs no setting and prints to stdout alone', async ([args, text], { onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const { code, stdout, stderr } = await place.run(args)
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(text), ''])
    expect(place.contents()).toEqual({})
  })

  it.for([[['completion', 'tcsh']], [['completion']], [['snyc']], [['--fiel', 'x']]] as const)(
    '%s is refused with exit code 3 and one sentence',
    async ([args], { onTestFinished }) => {
      const place = createPlace(onTestFinished)
      const ended = await place.run(args, { env: settingsFor('http://127.0.0.1:9') })
      expect([ended.code, ended.stdout, toldIn(ended).length]).toEqual([3, '', 1])
    },
  )

  it.for([
    [['grnat', 'Engineering', 'ada@acme.example'], 'there is no command grnat; did you mean grant?'],
    [['accont', 'delete', 'ada@acme.example', '--nope'], 'there is no command accont; did you mean account?'],
    [['account', 'delte', 'ada@acme.example'], 'there is no command account delte; did you mean account delete?'],
    [
      ['account'],
      'account needs one of create, enable, disable, update, reset-mfa, delete; see baton-twingate account --help',
    ],
    [['please', 'sync', 'everything'], 'word 1 is no command; see baton-twingate --help'],
  ] as const)('%s is one line, before anything else is asked for', async ([args, says], { onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const ended = await place.run(args)
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([3, '', `baton-twingate: command line: ${says}\n`])
  })

  it('validate says that the key can read the network, and writes nothing', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    const env = settingsFor(server.baseUrl)
    const plain = await place.run(['validate'], { env })
    expect([plain.code, plain.stdout]).toEqual([
      0,
      expect.stringMatching(/^The key can read the network acme at 127\.0\.0\.1:\d+\.\n$/),
    ])
    const json = await place.run(['validate', '--output', 'json'], { env })
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: true, network: 'acme', requests: 1 })
    expect(place.contents()).toEqual({})
  })

  it.for([
    ['a wrong key', { keys: {} }, 16, /API key was refused \(401\)/],
    ['a missing permission', { faults: [{ kind: '403' }] }, 7, /may not do this \(403\)/],
    ['an unknown network', { faults: [{ kind: 'html-404' }] }, 5, /no Twingate network at .*--domain/],
  ] as const)('validate says so for %s', async ([, options, code, says], { onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve(options)
    const ended = await place.run(['validate'], { env: settingsFor(server.baseUrl) })
    expect([ended.code, ended.stdout, toldIn(ended)]).toEqual([code, '', [expect.stringMatching(says)]])
  })
})
