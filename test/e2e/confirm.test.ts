import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { exampleTenant } from '../tenant/example-tenant.ts'
import { hasTerminal } from '../support/terminal.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'

/** Runs the program on a terminal at which `$1` is typed; nothing more comes then. */
const TYPED = [
  'sh',
  '-c',
  'typed=$1; shift; printf "%s\\n" "$typed" | script -qfec "$(printf "\'%s\' " "$@")" /dev/null',
  'sh',
]

async function atTerminal(
  atEnd: Parameters<typeof createPlace>[0],
  args: readonly string[],
  { typed = '', users = 0, env = {} }: { readonly typed?: string; readonly users?: number; readonly env?: object } = {},
) {
  const place = createPlace(atEnd)
  const tenant = exampleTenant()
  for (let i = 0; i < users; i++) tenant.addUser({ firstName: `P${i}`, lastName: 'X', email: `p${i}@acme.example` })
  tenant.addMember(tenant.groups[0]!, tenant.users[1]!)
  tenant.addMember(tenant.groups[0]!, tenant.users[2]!)
  const server = await place.serve({ tenant, keys: { [KEY]: 'provision' } })
  const rows = tenant.users.slice(3).map(({ email }) => `grant,Engineering,${email}`)
  const file = join(temporaryFolder(atEnd), 'changes.csv')
  writeFileSync(file, ['operation,target,user', ...rows, 'revoke,Engineering,grace@acme.example', ''].join('\n'))
  const ended = await place.run(
    args.map((word) => word.replace('changes.csv', file)),
    {
      env: { ...settingsFor(server.baseUrl), TERM: 'xterm', NO_COLOR: '1', ...env },
      under: [...TYPED, typed],
    },
  )
  return {
    code: ended.code,
    shown: ended.stdout.replaceAll('\r\u001b[2K', '\n').replaceAll('\r', ''),
    writes: server.counts().writes,
    tenant,
  }
}

const QUESTIONS: readonly (readonly [args: readonly string[], question: string])[] = [
  [['account', 'delete', 'conan@acme.example'], "Delete the account of Conan O'Brien <conan@acme.example>? [y/N]"],
  [['group', 'delete', 'On-call'], 'Delete the group On-call with 0 members? It cannot be restored. [y/N]'],
  [
    ['group', 'delete', 'Engineering'],
    '"Production database" is left without any group, and no user reaches it then. Delete the group Engineering with 2 members? It cannot be restored. [y/N]',
  ],
  [
    ['role', 'grace@acme.example', 'ADMIN'],
    'Make Grace Hopper <grace@acme.example> an admin, who can change everything in the network? [y/N]',
  ],
  [
    ['account', 'create', 'new@acme.example', '--role', 'ADMIN'],
    'Invite new@acme.example as an admin, who can change everything in the network? [y/N]',
  ],
  [['apply', 'changes.csv'], 'Send 25 changes? [y/N]'],
  [
    ['revoke', 'Production database', 'Engineering'],
    '"Production database" is left without any group, and no user reaches it then. Do it all the same? [y/N]',
  ],
  [
    ['service-account', 'key', 'revoke', 'U2VydmljZUFjY291bnRLZXk6NjM='],
    '"Nightly" is the last active key of Backup, which cannot sign in then. Do it all the same? [y/N]',
  ],
]

// The command `script` gives a program a terminal.
describe.skipIf(!hasTerminal).concurrent('at a terminal', () => {
  it.for(QUESTIONS)('%s is asked for, and not done for any answer but yes', async ([args, question], context) => {
    for (const typed of ['n', '', 'maybe']) {
      const { code, shown, writes } = await atTerminal(context.onTestFinished, args, { typed, users: 24 })
      expect([code, writes]).toEqual([1, 0])
      expect(shown).toContain(question)
      expect(shown).toContain('not confirmed, so nothing was sent; --yes does it without asking')
      expect(shown).toContain('not-attempted ')
      expect(shown).not.toContain('running the same again')
    }
  })

  it.for(QUESTIONS)('%s is done for yes, and without a question for --yes', async ([args, question], context) => {
    const yes = await atTerminal(context.onTestFinished, args, { typed: 'y', users: 24 })
    expect([yes.code, yes.writes > 0, yes.shown.includes(question)]).toEqual([0, true, true])
    const flag = await atTerminal(context.onTestFinished, [...args, '--yes'], { users: 24 })
    expect([flag.code, flag.writes > 0, flag.shown.includes('[y/N]')]).toEqual([0, true, false])
  })

  it.for([
    ['a dry run', ['group', 'delete', 'Engineering', '--dry-run']],
    ['what is so already', ['role', 'ada@acme.example', 'ADMIN']],
    ['another role', ['role', 'grace@acme.example', 'DEVOPS']],
    ['a few changes', ['apply', '--from', 'changes.csv']],
    ['disabling, which can be taken back', ['account', 'disable', 'grace@acme.example']],
  ] as const)('nothing is asked for %s', async ([, args], { onTestFinished }) => {
    const { code, shown } = await atTerminal(onTestFinished, args, { users: 3 })
    expect([code, shown.includes('[y/N]')]).toEqual([0, false])
  })

  it('lines stand in columns, the last counts what is given, taken and changed', async ({ onTestFinished }) => {
    const { shown } = await atTerminal(onTestFinished, ['apply', '--from', 'changes.csv', '--dry-run'], { users: 12 })
    expect(shown).toContain('planned          P0 X <p0@acme.example>             group Engineering  (not a member')
    expect(shown).toContain('planned          Grace Hopper <grace@acme.example>  group Engineering  (member → not')
    expect(shown).toMatch(/^13 planned; \d+ requests; \+12 −1 ~0$/m)
    const colour = { NO_COLOR: '' }
    const painted = await atTerminal(onTestFinished, ['role', 'grace@acme.example', 'DEVOPS', '--dry-run'], {
      env: colour,
    })
    expect(painted.shown).toContain('\u001b[33mplanned        \u001b[39m')
    expect(painted.shown).toContain('\u001b[32m+0\u001b[39m \u001b[31m−0\u001b[39m \u001b[33m~1\u001b[39m')
  })
})

describe('without a terminal', () => {
  it('nothing is asked, and lines are as they were', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve({ tenant: exampleTenant(), keys: { [KEY]: 'provision' } })
    const ended = await place.run(['group', 'delete', 'On-call'], { env: settingsFor(server.baseUrl) })
    expect([ended.code, ended.stdout]).toEqual([0, 'deleted  On-call  group delete  (group "On-call" → deleted)\n'])
  })

  const KEY_63 = 'U2VydmljZUFjY291bnRLZXk6NjM='
  it.for([
    [['group', 'delete', 'Engineering'], '"Production database" is left without any group'],
    [['revoke', 'Production database', 'Engineering'], '"Production database" is left without any group'],
    [['service-account', 'key', 'revoke', KEY_63], '"Nightly" is the last active key of Backup'],
  ] as const)(
    '%j is told by a dry run as something to confirm, and refused without --yes',
    async ([args, concern], context) => {
      const place = createPlace(context.onTestFinished)
      const server = await place.serve({ tenant: exampleTenant(), keys: { [KEY]: 'provision' } })
      const run = (...more: readonly string[]) => place.run([...args, ...more], { env: settingsFor(server.baseUrl) })
      const planned = await run('--dry-run')
      expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining(`  to confirm: ${concern}`)])
      const json = JSON.parse((await run('--dry-run', '--output', 'json')).stdout) as Record<string, unknown>
      expect(json).toMatchObject({ outcome: 'planned', concern: expect.stringContaining(concern) as string })
      const refused = await run()
      expect([refused.code, refused.stderr.includes(concern), server.counts().writes]).toEqual([9, true, 0])
      expect((await run('--yes')).code).toBe(0)
    },
  )

  it.for([
    ['group', 'R3JvdXA6MTA=', '"Production database" is left without any group'],
    ['service-account-key', KEY_63, '"Nightly" is the last active key of Backup'],
  ] as const)('the flags of Go connectors only warn where a %s is deleted', async ([type, id, concern], context) => {
    const place = createPlace(context.onTestFinished)
    const server = await place.serve({ tenant: exampleTenant(), keys: { [KEY]: 'provision' } })
    const flags = ['--delete-resource', id, '--delete-resource-type', type]
    const { code, stderr } = await place.run(flags, { env: settingsFor(server.baseUrl) })
    expect([code, stderr.replaceAll('\\"', '"').includes(concern)]).toEqual([0, true])
  })
})
