import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Graph, HeldPage, Thing, Things } from '../../src/explorer/server/answers.ts'
import { resourcesOutput } from '../judges/baton-output.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { runBatonJson } from '../judges/run-baton.ts'
import { read, rowsOf } from '../unit/readers/fixture.ts'
import { serveFiles } from '../unit/explorer/server/fixture.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

const KEYS = [
  'user:ada',
  'app:wiki',
  'secret:key',
  'managed_device:laptop',
  'agent:helper',
  'license:seats',
  'robot:nightly',
]

describe.skipIf(missing)(`a file with traits that this connector does not write ${missing ?? ''}`, () => {
  const tools = found as OfficialTools
  let folder: string
  let file: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'traits-'))
    file = join(folder, 'sync.c1z')
    await tools.writeTraits(file)
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('lists what the official command lists, and is without contradictions', async () => {
    const { resources } = await runBatonJson(tools, resourcesOutput, file, ['resources'])
    const rows = await rowsOf(file, 'list', 'resources')
    expect(rows.map(({ type, id, name }) => `${type}:${id} ${name}`).toSorted()).toEqual(
      resources
        .map(({ resource: { id, displayName } }) => `${id.resourceType}:${id.resource} ${displayName}`)
        .toSorted(),
    )
    expect(rows.map(({ type, id }) => `${type}:${id}`)).toEqual(KEYS)
    expect((await read(file, 'lint')).code).toBe(0)
  })

  test('shows each, who reaches an app, and the key that is over', async () => {
    for (const key of KEYS) expect([key, (await read(file, 'show', key)).code]).toEqual([key, 0])
    expect((await rowsOf(file, 'who-can', 'Wiki')).map(({ principal, kind }) => `${kind} ${principal}`)).toEqual([
      'user Ada',
      'agent Helper',
      "managed_device Ada's laptop",
    ])
    expect((await read(file, 'check')).stdout).toMatch(/key-expiry .*secret Deploy key expired at 2020-04-01/)
  })

  test('is a page of the explorer for each', async () => {
    const { json } = await serveFiles({ names: [file], dir: undefined, cwd: folder, tempDir: folder })
    expect((await json<Things>('/api/things')).rows.map(({ key }) => key).toSorted()).toEqual(KEYS.toSorted())
    for (const key of KEYS) expect((await json<Thing>(`/api/thing?key=${key}`)).ref.key).toBe(key)
    const factsOf = async (key: string) =>
      (await json<Thing>(`/api/thing?key=${key}`)).facts.map(({ name, value }) => `${name} ${value}`)
    expect(await factsOf('managed_device:laptop')).toEqual(expect.arrayContaining(['serial C02XL0', 'model X1']))
    expect(await factsOf('app:wiki')).toContain('profile.owner Docs team')
    expect(await factsOf('secret:key')).toContain('expiresAt 2020-04-01T00:00:00.000Z')
    expect((await json<HeldPage>('/api/holders?key=app:wiki')).total).toBe(3)
    expect((await json<Graph>('/api/graph?key=app:wiki&side=holders')).total).toBe(3)
  })
})
