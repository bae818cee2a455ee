import { execFile } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { READER_COMMANDS } from '../../../src/readers/commands/index.ts'
import { ACME } from '../../support/readers/acme.ts'
import { makeSnapshot, type MadeSync } from '../../support/readers/make-snapshot.ts'
import { run } from '../sdk/cli/fixture.ts'
import { fileOf, newFolder, read } from './fixture.ts'

const indexOf = (file: string): string => `${file}.index`
const MADE = /wrote the index [^\n]*\n/

/** Asks with `--index`, `later` ms from now. Without a temporary folder no file can be unpacked, so that the index has to answer. */
async function ask(file: string, argv: readonly string[], { later = 60_000, tempDir = '/tmp' } = {}) {
  const { code, stdout, stderr } = await run({
    argv: [...argv, '--index', '-f', file],
    commands: READER_COMMANDS,
    deps: {
      process: {
        env: {},
        cwd: '/here',
        clock: { now: () => new Date(Date.now() + later), monotonicMs: () => 0 },
        sleep: async () => {},
        random: (length: number) => new Uint8Array(length),
        signal: new AbortController().signal,
        version: '1.2.3',
        stdin: Readable.from([]),
        tempDir,
        pid: process.pid,
        host: 'here',
        uid: process.getuid?.(),
        isAlive: () => true,
      },
    },
  })
  return { code, stdout, stderr }
}

/** Makes a file as long with a frame of zstd that holds nothing. */
function padTo(file: string, bytes: number): void {
  const head = Buffer.from('502a4d1800000000', 'hex')
  const room = bytes - statSync(file).size - head.length
  head.writeUInt32LE(room, 4)
  appendFileSync(file, Buffer.concat([head, Buffer.alloc(room)]))
}

const fromIndexAlone = (file: string, ...argv: readonly string[]) => ask(file, argv, { tempDir: '/nowhere' })

async function indexed(...syncs: readonly MadeSync[]): Promise<string> {
  const file = fileOf(...syncs)
  await ask(file, ['access', 'Ada'])
  return file
}

/** The same company with what follows from groups written down. */
const EXPANDED: MadeSync = {
  ...ACME,
  grants: [
    ...(ACME.grants ?? []),
    { on: 'resource:db:access', to: 'user:ada', sources: { 'group:eng:member': true } },
    {
      on: 'resource:wiki:edit',
      to: 'user:bob',
      id: 'an id of its own',
      metadata: { note: 'x' },
      until: '2027-01-01T00:00:00Z',
    },
  ],
}

describe('--index', () => {
  it.each([
    ['as it is', ACME],
    ['expanded', EXPANDED],
  ])('answers every question about a file %s as the file does', async (_, sync) => {
    const file = await indexed(sync)
    const named = (sync.things ?? []).map(({ id }) => id)
    const questions = named.flatMap((id) => ['access', 'who-can', 'show'].map((command) => [command, id]))
    const [one, other]: [unknown[], unknown[]] = [[], []]
    for (const question of questions) {
      const argv = [...question, '--output', 'json']
      one.push([question, await fromIndexAlone(file, ...argv)])
      other.push([question, await read(file, ...argv).then(said)])
    }
    expect(one).toEqual(other)
  })

  it.each([
    'ADA@ACME.EXAMPLE',
    'network_admin',
    ' Engineering ',
    'zoe2',
    'bid:r:group/eng',
    'group:eng',
    'group:eng:member',
    'Zoe Papadaki',
  ])('finds the name %j as the file does', async (name) => {
    const file = await indexed(ACME)
    expect(await fromIndexAlone(file, 'who-can', name)).toEqual(await read(file, 'who-can', name).then(said))
  })

  it('leaves to the file what it does not hold: names that are near', async () => {
    const file = await indexed(ACME)
    expect(await ask(file, ['access', 'Engineerign'])).toEqual(await read(file, 'access', 'Engineerign').then(said))
  })

  it('is made with the first question, for its owner alone, and said so', async () => {
    const file = fileOf(ACME)
    const first = await ask(file, ['access', 'Ada'])
    const plain = await read(file, 'access', 'Ada').then(said)
    expect(first.stderr).toMatch(MADE)
    expect({ ...first, stderr: first.stderr.replace(MADE, '') }).toEqual(plain)
    expect(statSync(indexOf(file)).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(file))).toEqual(['acme.c1z', 'acme.c1z.index'])
  })

  it('is made anew where the file is another one, also one of the same size and time', async () => {
    const file = fileOf(ACME)
    padTo(file, 5000)
    utimesSync(file, 1_700_000_000, 1_700_000_000)
    await ask(file, ['access', 'Ada'])
    const things = (ACME.things ?? []).map((thing) => (thing.name === 'Ada' ? { ...thing, name: 'Eva' } : thing))
    makeSnapshot(file, [{ ...ACME, things }])
    padTo(file, 5000)
    utimesSync(file, 1_700_000_000, 1_700_000_000)
    const again = await ask(file, ['access', 'ada@acme.example'])
    expect(again.stderr).toMatch(MADE)
    expect(again.stdout).toContain('Eva → ')
    expect((await fromIndexAlone(file, 'access', 'ada@acme.example')).stdout).toBe(again.stdout)
  })

  it('is kept where the file was only touched', async () => {
    const file = await indexed(ACME)
    utimesSync(file, new Date(), new Date())
    expect((await fromIndexAlone(file, 'access', 'Ada')).code).toBe(0)
  })

  it('takes the hash of a file that was just written, whatever its time says', async () => {
    const file = fileOf(ACME)
    await ask(file, ['access', 'Ada'], { later: 0 })
    const index = readFileSync(indexOf(file))
    expect(index.toString('latin1')).toContain('"stamp":null')
    expect((await fromIndexAlone(file, 'access', 'Ada')).code).toBe(0)
    expect(readFileSync(indexOf(file)).toString('latin1')).not.toContain('"stamp":null')
  })

  it('is thrown away and made anew wherever it is damaged', async () => {
    const file = await indexed(ACME)
    const whole = readFileSync(indexOf(file))
    const plain = await read(file, 'access', 'Ada').then(said)
    const spoiled = [
      ...Array.from({ length: 40 }, (_, i) => {
        const bytes = Buffer.from(whole)
        const at = Math.floor(((i + 0.5) * bytes.length) / 40)
        bytes[at] = (bytes[at] ?? 0) ^ 0x10
        return bytes
      }),
      whole.subarray(0, -1),
      whole.subarray(0, 5000),
      whole.subarray(0, 10),
      Buffer.alloc(0),
      Buffer.from('something else'.repeat(1000)),
    ]
    for (const bytes of spoiled) {
      writeFileSync(indexOf(file), bytes)
      const answer = await ask(file, ['access', 'Ada'])
      expect({ ...answer, stderr: answer.stderr.replace(MADE, '') }).toEqual(plain)
    }
    writeFileSync(indexOf(file), whole.subarray(0, -1))
    await ask(file, ['access', 'Ada'])
    expect(readFileSync(indexOf(file)).equals(whole)).toBe(true)
  })

  it('is not trusted where others may have written it', async () => {
    const file = await indexed(ACME)
    chmodSync(indexOf(file), 0o666)
    expect((await ask(file, ['access', 'Ada'])).stderr).toMatch(MADE)
  })

  it('does without where it cannot be written, with a word', async () => {
    const file = fileOf(ACME)
    mkdirSync(indexOf(file))
    const { code, stdout, stderr } = await ask(file, ['access', 'Ada'])
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: (await read(file, 'access', 'Ada')).stdout })
    expect(stderr).toMatch(/^no index acme\.c1z\.index was made, and the answer is that of the file: /)
    expect(readdirSync(dirname(file))).toEqual(['acme.c1z', 'acme.c1z.index'])
  })

  it('holds the sync that is asked for', async () => {
    const older: MadeSync = { ...ACME, id: '2aaaaaaaaaaaaaaaaaaaaaaaaaa', endedAt: '2025-01-01 00:00:00', grants: [] }
    const file = await indexed(older, ACME)
    const argv = ['who-can', 'Engineering', '--sync', older.id]
    expect((await ask(file, argv)).stderr).toMatch(MADE)
    expect(await fromIndexAlone(file, ...argv)).toEqual(await read(file, ...argv).then(said))
    expect((await fromIndexAlone(file, 'who-can', 'Engineering')).stdout).toContain('Ada')
  })

  it('leaves damaged and unfinished files to their own sentences', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'text.c1z'), 'something else')
    expect(await ask(join(folder, 'text.c1z'), ['access', 'Ada'])).toMatchObject({ code: 3 })
    const { endedAt: _, ...unfinished } = ACME
    const file = fileOf(unfinished)
    expect(await ask(file, ['access', 'Ada'])).toMatchObject({ code: 9 })
    expect(existsSync(indexOf(file))).toBe(false)
  })

  it('is whole where two processes make it at once', async () => {
    const file = fileOf(ACME)
    const main = join(import.meta.dirname, '../../../cmd/baton-twingate/main.ts')
    const argv = [main, 'access', 'Ada', '--index', '-f', file]
    const both = await Promise.all([1, 2].map(() => promisify(execFile)(process.execPath, argv)))
    const { stdout } = await read(file, 'access', 'Ada')
    expect(both.map((each) => each.stdout)).toEqual([stdout, stdout])
    expect((await fromIndexAlone(file, 'access', 'Ada')).stdout).toBe(stdout)
    expect(readdirSync(dirname(file))).toEqual(['acme.c1z', 'acme.c1z.index'])
  })
})

const said = ({ code, stdout, stderr }: Awaited<ReturnType<typeof read>>) => ({ code, stdout, stderr })
