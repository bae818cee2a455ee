import { describe, expect, it } from 'vitest'
import { exampleTenant } from '../tenant/example-tenant.ts'
import type { TenantOptions } from '../tenant/start-tenant.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'

interface Failed {
  readonly error?: { readonly code: string; readonly message: string; readonly exitCode?: number }
  readonly [key: string]: unknown
}

async function failing(
  atEnd: Parameters<typeof createPlace>[0],
  args: readonly string[],
  { tenant = {}, ...extra }: { readonly tenant?: TenantOptions; readonly env?: Readonly<Record<string, string>> } = {},
) {
  const place = createPlace(atEnd)
  const server = await place.serve({ tenant: exampleTenant(), keys: { [KEY]: 'provision' }, ...tenant })
  const ended = await place.run(args, { env: { ...settingsFor(server.baseUrl), ...extra.env } })
  const lines = ended.stdout.split('\n').filter((line) => line !== '')
  return { ...ended, lines: lines.map((line) => JSON.parse(line) as Failed) }
}

const JSON_OUT = ['--output', 'json']

describe.concurrent('--output json, where a run fails', () => {
  it.for<readonly [string, readonly string[], number, string, RegExp, TenantOptions?]>([
    ['a mistyped command', ['grnat', 'x', 'y'], 3, 'invalid-argument', /there is no command grnat; did you mean grant/],
    ['an unknown flag', ['--wrkers', '1'], 3, 'invalid-argument', /--wrkers: unknown flag; did you mean --workers/],
    ['a wrong setting', ['--workers', 'x'], 3, 'invalid-argument', /--workers .*must be a whole number/],
    ['a refused key', [], 16, 'unauthenticated', /the API key was refused/, { keys: {} }],
    ['a refused key of validate', ['validate'], 16, 'unauthenticated', /the API key was refused/, { keys: {} }],
    ['a folder that is missing', ['-f', 'gone/x.c1z'], 5, 'not-found', /does not exist/],
    ['an update of no file', ['group', 'create', 'X', '--update-file'], 9, 'failed-precondition', /finished full sync/],
  ])('prints one object with the error for %s', async ([, args, exitCode, code, message, tenant], context) => {
    const ended = await failing(context.onTestFinished, [...args, ...JSON_OUT], tenant ? { tenant } : {})
    expect([ended.code, ended.lines]).toEqual([
      exitCode,
      [{ error: { code, operation: expect.any(String), message: expect.stringMatching(message), exitCode } }],
    ])
    expect(ended.stderr, 'people read the sentence on stderr').toMatch(/^baton-twingate: [^:]+: /m)
  })

  it('does so where the variable asks for JSON', async ({ onTestFinished }) => {
    const { lines } = await failing(onTestFinished, ['--workers', 'x'], { env: { BATON_OUTPUT: 'json' } })
    expect(lines).toMatchObject([{ error: { code: 'invalid-argument' } }])
  })

  it('prints nothing of the kind where tables are asked for', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const ended = await place.run(['--workers', 'x', '--output', 'table'], { env: { BATON_OUTPUT: 'json' } })
    expect([ended.code, ended.stdout]).toEqual([3, ''])
  })

  it('tells each change of one with names that nobody has', async ({ onTestFinished }) => {
    const users = ['ada@acme.example', 'nobody@acme.example', 'none@acme.example']
    const { code, lines } = await failing(onTestFinished, ['grant', 'Engineering', ...users, ...JSON_OUT])
    const change = (user: string) => ({ operation: 'grant', target: 'Engineering', user })
    const error = { code: 'not-found', message: expect.stringContaining('there is no user') as string }
    expect([code, lines]).toEqual([
      5,
      [
        { ...change('ada@acme.example'), outcome: 'not-attempted', requests: expect.any(Number) },
        { ...change('nobody@acme.example'), outcome: 'refused', requests: expect.any(Number), error },
        { ...change('none@acme.example'), outcome: 'refused', requests: expect.any(Number), error },
      ],
    ])
  })

  it.for([
    [['role', 'ada@acme.example', 'BOSS'], { operation: 'role', target: 'BOSS', user: 'ada@acme.example' }, 5],
    [['account', 'delete', 'nobody@acme.example'], { operation: 'account delete' }, 5],
    [['group', 'delete', 'Nothing'], { operation: 'group delete' }, 5],
    [['group', 'create', 'Engineering'], { operation: 'group create', name: 'Engineering' }, 6],
    [['role', 'ada@acme.example', 'MEMBER'], { operation: 'role' }, 9],
    [['--revoke-grant', 'nonsense'], { operation: 'revoke' }, 3],
  ] as const)('tells the one change of %j once', async ([args, expected, code], { onTestFinished }) => {
    const ended = await failing(onTestFinished, [...args, ...JSON_OUT])
    expect([ended.code, ended.lines]).toEqual([
      code,
      [expect.objectContaining({ ...expected, outcome: 'refused', error: expect.objectContaining({}) as object })],
    ])
  })

  it('tells each line of a file that is wrong', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const file = place.input('changes.csv', 'operation,target,user\ngive,Engineering,ada@acme.example\ngrant,,x\n')
    const ended = await place.run(['apply', '--from', file, ...JSON_OUT], { env: settingsFor('http://127.0.0.1:9') })
    const lines = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Failed)
    expect([ended.code, lines.map(({ line, outcome, error }) => [line, outcome, error?.code])]).toEqual([
      3,
      [
        [2, 'refused', 'invalid-argument'],
        [3, 'refused', 'invalid-argument'],
      ],
    ])
  })

  it('tells a change that failed on the way', async ({ onTestFinished }) => {
    const tenant: TenantOptions = { faults: [{ kind: '403' }] }
    const { code, lines } = await failing(onTestFinished, ['group', 'create', 'X', ...JSON_OUT], { tenant })
    expect([code, lines]).toEqual([7, [expect.objectContaining({ operation: 'group create', outcome: 'refused' })]])
  })
})
