import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, zstdCompressSync } from 'node:zlib'

import { describe, expect, it, onTestFinished } from 'vitest'

import type { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import * as fixture from './fixture.ts'

const { MAGIC, names, newFolder, SMALL, storeAt, syncOnce } = fixture

const CHECKSUM = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }

const packed = (content: Buffer): Buffer => Buffer.concat([MAGIC, zstdCompressSync(content, CHECKSUM)])

async function goodFile(): Promise<Buffer> {
  const folder = newFolder()
  await syncOnce(storeAt(folder))
  return readFileSync(join(folder, 'sync.c1z'))
}

async function goodDatabase(): Promise<Buffer> {
  const { zstdDecompressSync } = await import('node:zlib')
  return zstdDecompressSync((await goodFile()).subarray(MAGIC.length))
}

async function flipped(): Promise<Buffer> {
  const file = await goodFile()
  const at = Math.floor(file.length / 2)
  file[at] = (file[at] ?? 0) ^ 0xff
  return file
}

const failure = async (work: Promise<unknown>): Promise<ConnectorError> =>
  work.then(
    () => expect.unreachable('it did not fail'),
    (error: ConnectorError) => error,
  )

interface Case {
  readonly what: string
  readonly code: string
  readonly text: RegExp
  readonly content: () => Promise<Buffer> | Buffer
  readonly limit?: number
}

const CASES: readonly Case[] = [
  {
    what: 'no c1z file',
    code: 'invalid-argument',
    text: /not a c1z file; choose another --file/,
    content: () => Buffer.from('{"users":[]}'),
  },
  { what: 'four bytes', code: 'invalid-argument', text: /not a c1z file/, content: () => MAGIC.subarray(0, 4) },
  {
    what: 'a v3 snapshot',
    code: 'failed-precondition',
    text: /v3 snapshot \(Pebble/,
    content: () => Buffer.from('C1Z3\0\0\0\0\x02'),
  },
  {
    what: 'a truncated file',
    code: 'data-loss',
    text: /is damaged/,
    content: async () => (await goodFile()).subarray(0, -9),
  },
  { what: 'a flipped byte', code: 'data-loss', text: /is damaged/, content: flipped },
  {
    what: 'garbage behind the magic',
    code: 'data-loss',
    text: /is damaged/,
    content: () => Buffer.concat([MAGIC, Buffer.alloc(500, 7)]),
  },
  {
    what: 'bytes behind the frame',
    code: 'data-loss',
    text: /is damaged/,
    content: async () => Buffer.concat([await goodFile(), Buffer.from('tail')]),
  },
  {
    what: 'no database inside',
    code: 'data-loss',
    text: /no database inside/,
    content: () => packed(Buffer.alloc(5000, 'x')),
  },
  {
    what: 'a stub of a database',
    code: 'data-loss',
    text: /a part of it is missing/,
    content: () => packed(Buffer.from('SQLite format 3\0')),
  },
  {
    what: 'a short database',
    code: 'data-loss',
    text: /a part of it is missing/,
    content: async () => packed((await goodDatabase()).subarray(0, -4096)),
  },
  {
    what: 'a long database',
    code: 'data-loss',
    text: /larger inside/,
    content: async () => packed(Buffer.concat([await goodDatabase(), Buffer.alloc(9)])),
  },
  {
    what: 'too large a database',
    code: 'resource-exhausted',
    text: /more than the 65536 bytes/,
    content: goodFile,
    limit: 65_536,
  },
  {
    what: 'a bomb',
    code: 'resource-exhausted',
    text: /more than the 1000000 bytes/,
    content: () => packed(zerosBehindHeader(200_000_000)),
    limit: 1_000_000,
  },
]

/** Begins as a database that does not tell its size, so that only the limit can stop it. */
function zerosBehindHeader(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.write('SQLite format 3\0', 'latin1')
  bytes.writeUInt16BE(4096, 16)
  bytes.writeUInt32BE(1, 24)
  return bytes
}

describe('begin', () => {
  it.each(CASES)('refuses $what with $code and leaves it as it is', async ({ code, text, content, limit }) => {
    const folder = newFolder()
    const file = join(folder, 'sync.c1z')
    const bytes = await content()
    writeFileSync(file, bytes)
    const store = storeAt(folder, limit === undefined ? {} : { maxDecodedBytes: limit })
    const error = await failure(store.begin('full', () => true))
    expect([error.code, error.detail]).toEqual([code, expect.stringMatching(text)])
    expect(error.detail).toContain(file)
    expect(readFileSync(file).equals(bytes)).toBe(true)
    expect(names(folder)).toEqual(['sync.c1z'])
  })

  it('refuses a database whose tables are of another program', async () => {
    const folder = newFolder()
    fixture.packDatabase(join(folder, 'sync.c1z'), 'create table v1_sync_runs (id integer primary key, name text)')
    const error = await failure(storeAt(folder).begin('full', () => true))
    expect([error.code, error.detail]).toEqual(['data-loss', expect.stringContaining('no column sync_id')])
    expect(names(folder)).toEqual(['sync.c1z'])
  })

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['the magic alone', MAGIC],
  ])('takes %s for a new snapshot', async (_what, bytes) => {
    const folder = newFolder()
    writeFileSync(join(folder, 'sync.c1z'), bytes)
    await syncOnce(storeAt(folder))
    expect(fixture.rowsOf(fixture.openPacked(join(folder, 'sync.c1z')), 'v1_sync_runs')).toHaveLength(1)
  })

  it('reads a file of several frames', async () => {
    const folder = newFolder()
    const database = await goodDatabase()
    const frames = [database.subarray(0, 50_000), database.subarray(50_000)].map((part) => zstdCompressSync(part))
    const skippable = Buffer.from('502a4d1803000000ffffff', 'hex')
    writeFileSync(join(folder, 'sync.c1z'), Buffer.concat([MAGIC, skippable, ...frames]))
    await syncOnce(storeAt(folder))
    expect(fixture.rowsOf(fixture.openPacked(join(folder, 'sync.c1z')), 'v1_sync_runs')).toHaveLength(2)
  })

  it('names the folder that is missing', async () => {
    const folder = join(newFolder(), 'nowhere')
    const error = await failure(storeAt(folder).begin('full', () => true))
    expect([error.code, error.detail]).toEqual(['not-found', expect.stringContaining(folder)])
  })

  it('refuses a folder in place of the file', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'sync.c1z'))
    const error = await failure(storeAt(folder).begin('full', () => true))
    expect([error.code, names(folder)]).toEqual(['invalid-argument', ['sync.c1z']])
  })
})

describe('the lock', () => {
  it('refuses a second run and lets it in after the first', async () => {
    const folder = newFolder()
    const first = await storeAt(folder).begin('full', () => false)
    const error = await failure(storeAt(folder).begin('full', () => false))
    expect([error.code, error.detail]).toEqual([
      'failed-precondition',
      expect.stringContaining('another run is writing'),
    ])
    first.write(SMALL, 'done')
    await first.finish()
    const second = await storeAt(folder).begin('full', () => false)
    second.release()
    expect(names(folder)).toEqual(['sync.c1z'])
  })

  it('does not hinder another file in the same folder', async () => {
    const folder = newFolder()
    const first = await storeAt(folder).begin('full', () => false)
    const other = await storeAt(folder, { file: join(folder, 'other.c1z') }).begin('full', () => false)
    other.release()
    first.release()
    expect(names(folder)).toEqual([])
  })
})

/** Mounts a file system of one megabyte; false where this machine does not let us. */
function mountSmall(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return false
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder], { stdio: 'ignore' }))
  return true
}

describe('a full disk', () => {
  it('is said as such while collecting and while finishing, and the old file stays', async (context) => {
    const folder = newFolder()
    if (!mountSmall(folder)) context.skip('this machine allows no mounts')
    const file = join(folder, 'sync.c1z')
    const first = await storeAt(folder).begin('full', () => false)
    first.write(SMALL, 'done')
    await first.finish()
    const before = readFileSync(file)

    const collecting = await storeAt(folder).begin('full', () => false)
    const noise = (page: number) =>
      Array.from({ length: 100 }, (_, i) => ({
        ...fixture.user(`u${page}-${i}`),
        profile: { noise: randomBytes(700).toString('base64') },
      }))
    const fill = (): void => {
      for (let page = 0; page < 100; page++) collecting.write({ resources: noise(page) }, String(page))
    }
    const full = { code: 'resource-exhausted', detail: expect.stringContaining(folder) as string }
    expect(fill).toThrow(expect.objectContaining(full))
    collecting.release()
    expect(readFileSync(file).equals(before)).toBe(true)

    const finishing = await storeAt(folder, { tempDir: newFolder() }).begin('full', () => false)
    for (let page = 0; page < 20; page++) finishing.write({ resources: noise(page) }, String(page))
    expect(await failure(finishing.finish())).toMatchObject(full)
    expect(names(folder).filter((name) => !name.endsWith('.work'))).toEqual(['sync.c1z'])
    expect(readFileSync(file).equals(before)).toBe(true)
  })
})

describe('a full temporary folder', () => {
  it('is not needed: what is sorted on disk stands beside the file', async (context) => {
    const [folder, small] = [newFolder(), newFolder()]
    if (!mountSmall(small)) context.skip('this machine allows no mounts')
    const script = join(import.meta.dirname, 'write-long-ids.ts')
    const written = execFileSync(process.execPath, [script, folder], { env: { TMPDIR: small }, encoding: 'utf8' })
    const database = fixture.openPacked(join(folder, 'sync.c1z'))
    expect(database.prepare('select count(*) as n from v1_grants where sync_id = ?').get(written)).toEqual({
      n: 17_000,
    })
    expect(names(folder)).toEqual(['sync.c1z'])
  })
})
