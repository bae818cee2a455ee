import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ACME, LATER } from '../../../support/readers/acme.ts'
import { makeSnapshot, type MadeSync } from '../../../support/readers/make-snapshot.ts'
import { read } from '../../readers/fixture.ts'
import { type Asker, serveFiles } from './fixture.ts'

/** The two syncs of the company, in which the resources belong to Engineering. */
function makeFile(file: string, syncs: readonly MadeSync[]): void {
  makeSnapshot(file, syncs, (database) =>
    database.exec(`update v1_resources set parent_resource_type_id = 'group', parent_resource_id = 'eng'
      where resource_type_id = 'resource'`),
  )
}

async function newFile(...syncs: readonly MadeSync[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'indexed-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'acme.c1z')
  makeFile(file, syncs)
  await read(file, 'access', 'ada@acme.example', '--index')
  expect(existsSync(`${file}.index`)).toBe(true)
  return file
}

/** Without a temporary folder no file can be unpacked, so that the index has to answer. */
const serveFile = (file: string, tempDir = dirname(file)): Promise<Asker> =>
  serveFiles({ names: [file], dir: undefined, cwd: dirname(file), tempDir })

const serveIndex = (file: string): Promise<Asker> => serveFile(file, '/nowhere')

const keys = (LATER.things ?? []).map(({ id }) => encodeURIComponent(id))

/** All that an index answers, of everything in the company. */
const QUESTIONS: readonly string[] = [
  '/api/overview',
  '/api/totals',
  '/api/growth',
  '/api/moments',
  '/api/things?kind=user',
  '/api/things?q=e&limit=3&offset=2',
  '/api/csv/things',
  ...['ada', 'zoe papa', 'acme', 'eng', 'nobody'].map((q) => `/api/search?q=${encodeURIComponent(q)}`),
  ...['thing', 'access', 'holders', 'graph?side=access', 'graph?side=holders'].flatMap((question) =>
    keys.map((key) => `/api/${question}${question.includes('?') ? '&' : '?'}key=${key}`),
  ),
  '/api/holders?key=resource:nothing',
  '/api/shared?keys=resource:db,resource:wiki',
  '/api/review',
]

async function answersOf({ ask }: Asker): Promise<readonly string[]> {
  const answers: string[] = []
  for (const question of QUESTIONS) {
    const { status, body } = await ask(question)
    answers.push(`${question} ${status} ${body}`)
  }
  return answers
}

describe('the explorer beside an index', () => {
  it('answers as the file does, and names the sync, before the file is unpacked', async () => {
    const file = await newFile(ACME, LATER)
    const indexed = await answersOf(await serveIndex(file))
    rmSync(`${file}.index`)
    expect(indexed).toEqual(await answersOf(await serveFile(file)))
    expect(indexed[0]).toContain(LATER.id)
    expect(indexed.filter((answer) => / 200 /.test(answer)).length).toBeGreaterThan(QUESTIONS.length - 8)
  })

  it('unpacks the file for what the index does not hold', async () => {
    const file = await newFile(ACME, LATER)
    const waiting = [`/api/changes?beforeSync=${ACME.id}`, `/api/access?key=user:ada&sync=${ACME.id}`]
    const alone = await serveIndex(file)
    for (const question of waiting) expect([question, (await alone.ask(question)).status]).not.toEqual([question, 200])
    const [both, plain] = [await serveFile(file), await serveFile(file)]
    rmSync(`${file}.index`)
    for (const question of waiting) expect((await both.ask(question)).body).toBe((await plain.ask(question)).body)
  })

  it('has nothing to do with a file that takes the place of the one it was made of', async () => {
    const file = await newFile(ACME)
    const { json } = await serveFile(file)
    const shown = async (): Promise<unknown> => (await json<{ sync: { id: string } }>('/api/overview')).sync.id
    expect(await shown()).toBe(ACME.id)
    makeFile(`${file}.new`, [ACME, LATER])
    renameSync(`${file}.new`, file)
    expect(await shown()).toBe(LATER.id)
    expect((await json<{ hits: readonly unknown[] }>('/api/search?q=eve%40acme')).hits).toHaveLength(1)
  })

  it('leaves to the file whatever of it is damaged', async () => {
    const file = await newFile(ACME, LATER)
    const index = readFileSync(`${file}.index`)
    rmSync(`${file}.index`)
    const expected = await answersOf(await serveFile(file))
    for (let at = 5; at < index.length; at += Math.ceil(index.length / 12)) {
      const damaged = Buffer.from(index)
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x10, at)
      writeFileSync(`${file}.index`, damaged, { mode: 0o600 })
      expect(await answersOf(await serveFile(file))).toEqual(expected)
    }
  })
})
