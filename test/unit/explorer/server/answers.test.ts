import { describe, expect, it } from 'vitest'
import { ACME, LATER } from '../../../support/readers/acme.ts'
import type { MadeSync } from '../../../support/readers/make-snapshot.ts'
import { ENDPOINTS } from '../../../../src/explorer/server/endpoints.ts'
import type {
  Graph,
  HeldPage,
  History,
  Search,
  Shared,
  Things,
  Totals,
} from '../../../../src/explorer/server/answers.ts'
import { rowsOf } from '../../readers/fixture.ts'
import { serve } from './fixture.ts'

const QUESTIONS: Readonly<Record<keyof typeof ENDPOINTS, string>> = {
  session: '',
  overview: '',
  totals: '',
  search: '?q=ada',
  things: '?kind=user',
  thing: '?key=resource:db',
  access: '?key=user:ada',
  holders: '?key=resource:db',
  shared: '?keys=resource:db,resource:wiki',
  graph: '?key=resource:db&side=holders',
  history: '?key=user:bob',
  moments: '',
  growth: '',
  changes: `?beforeSync=${ACME.id}`,
  findings: '',
  review: '',
  runs: '',
}

/** A group of 400 people in 100 teams, all of whom reach one resource. */
function crowd(): MadeSync {
  const people = Array.from({ length: 400 }, (_, i) => `user:p${i}`)
  const teams = Array.from({ length: 100 }, (_, i) => `group:t${i}`)
  return {
    ...ACME,
    things: [...people, ...teams, 'resource:db'].map((id) => ({ id, name: id })),
    entitlements: Object.fromEntries([...teams.map((id) => [id, ['member']]), ['resource:db', ['access']]]),
    grants: [
      ...people.map((to, i) => ({ on: `group:t${i % 100}:member`, to })),
      ...teams.map((to) => ({ on: 'resource:db:access', to, from: [`${to}:member`] })),
    ],
  }
}

describe('answers of the API', () => {
  it('are what the OpenAPI document says, and name the sync that they are from', async () => {
    const { json } = await serve([ACME, LATER])
    const { paths } = await json<{ paths: Readonly<Record<string, object>> }>('/api/openapi.json')
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/api/csv/holders', '/api/review/apply.csv']))
    expect(Object.keys(paths['/api/review'] ?? {})).toEqual(['get', 'post', 'delete'])
    for (const [name, { answer }] of Object.entries(ENDPOINTS)) {
      expect(Object.keys(paths)).toContain(`/api/${name}`)
      const given = await json(`/api/${name}${QUESTIONS[name as keyof typeof ENDPOINTS]}`)
      expect([name, answer.safeParse(given).error]).toEqual([name, undefined])
      if (!['session', 'moments', 'runs'].includes(name))
        expect(given).toMatchObject({ sync: { id: LATER.id, endedAt: '2026-03-02T03:05:05.000Z' } })
    }
  })

  it('hold the rows of access and who-can, people first, with their ends', async () => {
    const { json, file } = await serve([LATER])
    const { rows } = await json<HeldPage>('/api/access?key=user:ada')
    const readers = await rowsOf(file, 'access', 'ada@acme.example')
    const said = rows.map(({ on, entitlement, how, until }) => [on.name, entitlement, how, until].join())
    expect(said.toSorted()).toEqual(
      readers.map(({ resource, entitlement, how, until }) => [resource, entitlement, how, until].join()).toSorted(),
    )
    const holders = await json<HeldPage>('/api/holders?key=resource:db')
    const whoCan = await rowsOf(file, 'who-can', 'db')
    expect(holders.rows.map(({ principal, how }) => `${principal.key} ${how}`).toSorted()).toEqual(
      whoCan
        .map(({ principalType, principalId, how }) => `${String(principalType)}:${String(principalId)} ${String(how)}`)
        .toSorted(),
    )
    const kinds = holders.rows.map(({ principal }) => principal.kind)
    expect(kinds).toEqual(kinds.toSorted((a, b) => Number(a !== 'user') - Number(b !== 'user')))
  })

  it('say since when, with the youngest grant of the way', async () => {
    const { json } = await serve([ACME, LATER])
    const { rows } = await json<HeldPage>('/api/access?key=user:zoe1')
    const since = Object.fromEntries(rows.map(({ on, ways }) => [on.name, ways[0]?.since]))
    expect(since).toEqual({
      Engineering: { at: '2026-01-02T03:05:05.000Z', isOldest: true },
      'Network Admin': { at: '2026-03-02T03:05:05.000Z', isOldest: false },
    })
  })

  it('come in parts', async () => {
    const { json } = await serve([crowd()])
    const first = await json<Things>('/api/things?kind=user&limit=3')
    const next = await json<Things>('/api/things?kind=user&limit=3&offset=3')
    expect([first.total, first.rows.length, next.rows.length]).toEqual([400, 3, 3])
    expect(new Set([...first.rows, ...next.rows].map(({ key }) => key)).size).toBe(6)
    const holders = await json<HeldPage>('/api/holders?key=resource:db&limit=10&q=p1')
    expect([holders.total, holders.people, holders.rows.length]).toEqual([111, 111, 10])
  })

  it('find what bears all words, names that begin with them first', async () => {
    const { json } = await serve([LATER])
    expect((await json<Search>('/api/search?q=zoe%20papa')).hits.map(({ key }) => key)).toEqual([
      'user:zoe2',
      'user:zoe1',
    ])
    expect((await json<Search>('/api/search?q=DB')).hits[0]?.key).toBe('resource:db')
    expect((await json<Search>('/api/search?q=nobody-at-all')).total).toBe(0)
  })

  it('count people, administrators and grants that end', async () => {
    const { json } = await serve([ACME])
    expect(await json<Totals>('/api/totals')).toMatchObject({
      people: { enabled: 3, disabled: 1, unknown: 0 },
      admins: { total: 2, people: [{ key: 'user:ada' }, { key: 'user:zoe1' }] },
      grants: { standing: 7, expiring: 2, soon: 1, over: 0 },
      expansion: 'not expanded',
    })
  })

  it('tell what several share', async () => {
    const { json } = await serve([ACME])
    const { rows } = await json<Shared>('/api/shared?keys=resource:db,resource:wiki')
    const has = Object.fromEntries(rows.map(({ ref, has: each }) => [ref.key, each]))
    expect(has).toMatchObject({ 'user:ada': [true, true], 'user:zoe2': [false, true], 'group:eng': [true, false] })
    expect(rows[0]?.has).toEqual([true, true])
  })

  it('tell it of ids with commas and percent signs, as directories have them', async () => {
    const [person, group] = ['user:cn=ada,ou=100%2C', 'group:cn=all,ou=x']
    const { json } = await serve([
      {
        ...ACME,
        things: [person, group].map((id) => ({ id, name: id })),
        entitlements: { [group]: ['member'] },
        grants: [{ on: `${group}:member`, to: person }],
      },
    ])
    const keys = [group, person].map((key) => key.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',')
    const { of, rows } = await json<Shared>(`/api/shared?keys=${encodeURIComponent(keys)}`)
    expect(of.map(({ key }) => key)).toEqual([group, person])
    expect(rows.map(({ ref }) => ref.key)).toEqual([person, group])
  })

  it('draw what is alike as one node, which opens', async () => {
    const { json } = await serve([crowd()])
    const closed = await json<Graph>('/api/graph?key=resource:db&side=holders')
    expect(closed.total).toBe(500)
    expect(closed.nodes.map(({ label }) => label).toSorted()).toEqual(['100 × group', '400 people', 'resource:db'])
    const teams = closed.nodes.find(({ kind, column }) => kind === 'cluster' && column === 1)
    expect(teams?.label).toBe('100 × group')
    const open = await json<Graph>(
      `/api/graph?key=resource:db&side=holders&open=${encodeURIComponent(teams?.id ?? '')}`,
    )
    expect(open.nodes.filter(({ kind }) => kind === 'group')).toHaveLength(100)
  })

  it('draw no more than can be read each time that a cluster is opened', async () => {
    const people = Array.from({ length: 450 }, (_, i) => `user:p${i}`)
    const { json } = await serve([
      {
        ...ACME,
        things: [...people, 'group:all'].map((id) => ({ id, name: id })),
        entitlements: { 'group:all': ['member'] },
        grants: people.map((to) => ({ on: 'group:all:member', to })),
      },
    ])
    let opened = ''
    const counts: number[] = []
    for (let times = 0; times < 4; times++) {
      const { nodes } = await json<Graph>(`/api/graph?key=group:all&side=holders&open=${encodeURIComponent(opened)}`)
      counts.push(nodes.filter(({ kind }) => kind === 'user').length)
      opened = [opened, nodes.find(({ kind }) => kind === 'cluster')?.id ?? ''].join()
    }
    expect(counts).toEqual([0, 200, 400, 450])
  })

  it('end in a cycle of groups', async () => {
    const file: MadeSync = {
      ...ACME,
      things: ['user:a', 'group:x', 'group:y'].map((id) => ({ id, name: id })),
      entitlements: { 'group:x': ['member'], 'group:y': ['member'] },
      grants: [
        { on: 'group:x:member', to: 'user:a' },
        { on: 'group:x:member', to: 'group:y', from: ['group:y:member'] },
        { on: 'group:y:member', to: 'group:x', from: ['group:x:member'] },
      ],
    }
    const { json } = await serve([file])
    const graph = await json<Graph>('/api/graph?key=group:x&side=holders')
    expect(graph.nodes.map(({ id }) => id)).toContain('user:a')
    expect((await json<HeldPage>('/api/access?key=user:a')).total).toBeGreaterThan(0)
  })

  it('tell what happened to one object', async () => {
    const { json } = await serve([ACME, LATER])
    const { events } = await json<History>('/api/history?key=user:bob')
    expect(events.map(({ what, old, new: now }) => [what, old, now])).toEqual([
      ['status', 'disabled', 'enabled'],
      ['access', 'holds group Engineering until 2026-03-01T00:00:00.000Z', null],
      ['in the oldest sync at hand', null, null],
    ])
  })

  it('refuse in a sentence', async () => {
    const { ask } = await serve([ACME])
    const told = async (path: string) => {
      const { status, body } = await ask(path)
      return [status, (JSON.parse(body) as { error: { message: string } }).error.message]
    }
    expect(await told('/api/thing?key=user:nobody')).toEqual([
      404,
      'it is not in this sync; choose another sync, or search for it',
    ])
    expect(await told('/api/things?limit=9999')).toEqual([400, expect.stringContaining('limit')])
    expect(await told('/api/overview?sync=nope')).toEqual([404, expect.stringContaining('there is no sync "nope"')])
    expect(await told('/api/nothing')).toEqual([404, 'the API has no such path'])
  })

  it('give tables as CSV that no spreadsheet runs', async () => {
    const { ask } = await serve([{ ...ACME, things: [...(ACME.things ?? []), { id: 'user:x', name: '=cmd()' }] }])
    const { body, headers } = await ask('/api/csv/things?kind=user')
    expect(headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(body.split('\r\n')).toHaveLength(7)
    expect(body).toContain("'=cmd()")
  })
})
