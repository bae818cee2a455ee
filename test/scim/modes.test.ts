import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { describeScim, type ScimPlace } from '../scim-targets/describe-scim.ts'
import type { Resource } from '../scim-targets/read-whole.ts'
import { readWhole } from '../scim-targets/index.ts'
import { startProgram } from '../support/run-program.ts'

const WRITES = ['POST', 'PATCH', 'PUT', 'DELETE']

/** A folder with a configuration and the files of three people in two groups, of which the outer one has the inner one as a member. */
function openFolder({ proxy, server }: ScimPlace, prefix: string) {
  const folder = mkdtempSync(join(tmpdir(), 'scim-modes-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const write = (name: string, content: string): void => writeFileSync(join(folder, name), content)
  const configure = (yaml: string): void =>
    write(
      'scim.yaml',
      `target: { url: '${proxy.url}', token_file: token }
source: { type: csv, people: people.csv, groups: groups.csv, members: members.csv }
state: state.db
${yaml}`,
    )
  const names = ['ada', 'bob', 'cy'].map((name) => `${prefix}-${name}`)
  const person = (id: string, family = 'Berg'): string =>
    `${id},${id}@example.com,Ann,${family},${id}@example.com,true\n`
  const people = (family?: string): string =>
    `externalId,userName,givenName,familyName,email,active\n${names.map((id) => person(id, family)).join('')}`
  write('token', `${server.token}\n`)
  write('people.csv', people())
  write('groups.csv', `externalId,displayName\n${prefix}-outer,${prefix} outer\n${prefix}-inner,${prefix} inner\n`)
  write(
    'members.csv',
    `group,member\n${prefix}-outer,${prefix}-ada\n${prefix}-outer,${prefix}-inner\n${prefix}-inner,${prefix}-bob\n`,
  )
  const start = (...words: string[]) => startProgram(['scim', ...words], { cwd: folder, atEnd: onTestFinished })
  const run = (...words: string[]) => start(...words).ended
  const seen = async () => {
    const { users, groups } = await readWhole(server)
    const isOurs = (text: unknown): boolean => String(text).startsWith(prefix)
    const nameOf = (id: string): string => String(users.get(id)?.['userName']).replace(/^.*-(.*)@.*$/, '$1')
    const members = (group: Resource) => (group['members'] ?? []) as readonly { readonly value: string }[]
    return {
      families: [...users.values()]
        .filter(({ userName }) => isOurs(userName))
        .map(({ name }) => (name as { readonly familyName: string }).familyName),
      groups: Object.fromEntries(
        [...groups.values()]
          .filter(({ displayName }) => isOurs(displayName))
          .map((group) => [
            String(group['displayName']).slice(prefix.length + 1),
            members(group)
              .map(({ value }) => nameOf(value))
              .sort((a, b) => (a < b ? -1 : 1))
              .join(' '),
          ]),
      ),
    }
  }
  return { write, configure, people, names, prefix, start, run, seen }
}

describeScim(['scimmy'], (place) => {
  it('plans in the mode dry, and writes nothing by any command', async () => {
    const { configure, run, seen } = openFolder(place(), 'dry')
    configure('mode: dry')
    place().proxy.forget()
    const planned = await run('plan')
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining('5 to create')])
    for (const words of [
      ['apply', '--yes'],
      ['run', '--once'],
    ]) {
      const ended = await run(...words)
      expect([ended.code, ended.stderr]).toEqual([9, expect.stringContaining('mode of the configuration is dry')])
    }
    expect(await seen()).toEqual({ families: [], groups: {} })
    expect(place().proxy.exchanges.filter(({ method }) => WRITES.includes(method))).toEqual([])
  }, 60_000)

  it('provisions users alone, then memberships alone', async () => {
    const { write, configure, people, run, seen } = openFolder(place(), 'part')
    configure('mode: users')
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 })
    expect(await seen()).toEqual({ families: ['Berg', 'Berg', 'Berg'], groups: {} })

    configure('mode: all')
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 })
    expect((await seen()).groups).toEqual({ outer: 'ada', inner: 'bob' })

    configure('mode: memberships')
    write('people.csv', people('Hill'))
    write('members.csv', 'group,member\npart-outer,part-ada\npart-outer,part-cy\n')
    place().proxy.forget()
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 })
    expect(await seen()).toEqual({ families: ['Berg', 'Berg', 'Berg'], groups: { outer: 'ada cy', inner: '' } })
    const writes = place().proxy.exchanges.filter(({ method }) => WRITES.includes(method))
    expect(writes.map(({ purpose }) => purpose)).toEqual(['members', 'members'])
  }, 60_000)

  it('puts the members of inner groups into the outer one where they are flattened', async () => {
    const { configure, run, seen } = openFolder(place(), 'flat')
    configure('nested_groups: flatten')
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 })
    expect((await seen()).groups).toEqual({ outer: 'ada bob', inner: 'bob' })
    configure('nested_groups: direct')
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 })
    expect((await seen()).groups).toEqual({ outer: 'ada', inner: 'bob' })
  }, 60_000)

  it('shows in a followed log what another program does meanwhile, until it is stopped', async () => {
    const { write, configure, people, start, run } = openFolder(place(), 'log')
    configure('')
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 })
    const following = start('log', '--follow', '--output', 'json')
    const before = (await following.said(/(?:.*\n){5}/)).trimEnd().split('\n').length
    expect(before).toBe(5)
    write('people.csv', people('Hill'))
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 })
    await following.said(/(?:.*\n){8}/)
    following.kill('SIGTERM')
    const { code, stdout } = await following.ended
    expect(code).toBe(0)
    const last = stdout.trimEnd().split('\n').slice(before)
    for (const line of last) expect(line).toContain('"newValue":"Hill"')
  }, 60_000)

  it('ends at once on a second SIGTERM, while an answer is awaited, and loses and doubles nothing', async () => {
    const { configure, start, run, seen } = openFolder(place(), 'stop')
    configure('')
    const { proxy } = place()
    let release = (): void => {}
    const until = new Promise<void>((resolve) => {
      release = resolve
    })
    let isAsked = (): void => {}
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve
    })
    proxy.forget()
    proxy.inject({
      when: ({ method, path }) => {
        if (method === 'POST' && path.startsWith('/Users')) isAsked()
        return method === 'POST' && path.startsWith('/Users')
      },
      times: 3,
      trouble: { kind: 'hold', until },
    })
    const program = start('apply', '--yes')
    await asked
    // Signals of one kind that come together count once.
    await vi.waitFor(
      () => {
        program.kill('SIGTERM')
        expect(program.isRunning()).toBe(false)
      },
      { timeout: 20_000 },
    )
    expect((await program.ended).code).not.toBe(0)
    release()
    await vi.waitFor(async () => expect((await seen()).families).toHaveLength(3), { timeout: 20_000 })
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 })
    expect(await seen()).toEqual({ families: ['Berg', 'Berg', 'Berg'], groups: { outer: 'ada', inner: 'bob' } })
  }, 60_000)
})
