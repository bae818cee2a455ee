import { copyFileSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { canMount } from '../support/can-mount.ts'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { expectRefusal, toldIn, type Refusal } from '../support/expect-refusal.ts'
import { createPlace, settingsFor } from '../support/place.ts'

const MAGIC = Buffer.from('C1ZF\0', 'latin1')
const GIB = 1024 ** 3

const flipped = (good: Buffer, at: number): Buffer => {
  const bytes = Buffer.from(good)
  for (let i = at; i < at + 8; i++) bytes[i] = (bytes[i] ?? 0) ^ 0xff
  return bytes
}

/** Announces and holds a gibibyte of zeros in a few dozen kilobytes. */
const bomb = (): Buffer => Buffer.concat([MAGIC, zstdCompressSync(Buffer.alloc(GIB))])

/** The same behind a database header that fits the size, so that only the cap can stop it; the frame does not say its size. */
async function quietBomb(): Promise<Buffer> {
  const header = Buffer.alloc(4096)
  header.write('SQLite format 3\0', 'latin1')
  header.writeUInt16BE(4096, 16)
  header.writeUInt32BE(GIB / 4096, 28)
  const zeros = Buffer.alloc(8 << 20)
  const chunks = function* () {
    yield header
    for (let i = 0; i < 128; i++) yield zeros
  }
  const zstd = createZstdCompress({ params: { [constants.ZSTD_c_contentSizeFlag]: 0 } })
  return Buffer.concat([MAGIC, await buffer(Readable.from(chunks()).pipe(zstd))])
}

type Case = Refusal & { readonly name: string; readonly bytes: (good: Buffer) => Buffer | Promise<Buffer> }

const BAD_FILES: readonly Case[] = [
  { name: 'a text file', bytes: () => Buffer.from('dear diary\n'), code: 3, says: /is not a c1z file; choose another/ },
  { name: 'a v3 file', bytes: () => Buffer.from('C1Z3\0rest'), code: 9, says: /v3 snapshot \(Pebble.*choose another/ },
  {
    name: 'a file cut in half',
    bytes: (good) => good.subarray(0, good.length >> 1),
    code: 15,
    says: /is damaged: .*copy/,
  },
  { name: 'a file short of a byte', bytes: (good) => good.subarray(0, -1), code: 15, says: /is damaged: .*copy/ },
  { name: 'flipped bytes', bytes: (good) => flipped(good, good.length >> 1), code: 15, says: /is damaged: .*copy/ },
  { name: 'a flipped header', bytes: (good) => flipped(good, 5), code: 15, says: /is damaged: .*copy/ },
  { name: 'a bomb', bytes: bomb, code: 15, says: /is damaged: there is no database inside/ },
  {
    name: 'a bomb that does not tell its size',
    bytes: quietBomb,
    env: { BATON_DECODER_MAX_DECODED_SIZE_MB: '64' },
    code: 8,
    says: /unpacks to more than the 67108864 bytes allowed; choose another --file/,
  },
]

/** Runs the program with the folder `$1` replaced by a small disk, whose files are copied to `$2` at the end. */
const ON_SMALL_DISK = `
mount -t tmpfs -o size=$3 tmpfs "$1" && cp "$2"/* "$1"/ && { [ "$4" = rw ] || mount -o remount,ro "$1"; } || exit 99
from=$1 to=$2; shift 4
cd "$from" && "$@"; code=$?
rm -rf "$to"/* "$to"/.[!.]*; cp -a "$from"/. "$to"/; exit $code`

describe.concurrent('a target that cannot be used', () => {
  it.for(BAD_FILES)('is refused and left alone: $name', async ({ bytes, env, ...refusal }, { onTestFinished }) => {
    const place = createPlace(onTestFinished)
    await place.previousSync()
    writeFileSync(place.file, await bytes(readFileSync(place.file)))
    const server = await place.serve()
    await expectRefusal(place, { ...refusal, env: { ...settingsFor(server.baseUrl), ...env } })
    expect(server.requests, 'nothing is asked before the file is known to be usable').toEqual([])
  })

  it('is new when it is empty', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    writeFileSync(place.file, '')
    expect(await place.run([], { env: settingsFor(server.baseUrl) })).toMatchObject({ code: 0 })
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(server.tenant))
  })

  it('stays a link where it is one: the file at its end is made', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    const home = temporaryFolder(onTestFinished)
    symlinkSync(join(home, 'acme.c1z'), place.file)
    expect(await place.run([], { env: settingsFor(server.baseUrl) })).toMatchObject({ code: 0 })
    expect(readlinkSync(place.file)).toBe(join(home, 'acme.c1z'))
    expect(readSnapshot(join(home, 'acme.c1z'))).toMatchObject(expandedTruthOf(server.tenant))
  })

  it('is named when its folder does not exist, is a file or takes no files, or its name is too long', async ({
    onTestFinished,
  }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    writeFileSync(join(place.folder, 'plain'), '')
    mkdirSync(join(place.folder, 'folder.c1z'))
    const env = settingsFor(server.baseUrl)
    const missing = /the folder .*gone does not exist; create it or choose another --file/
    await expectRefusal(place, { args: ['-f', 'gone/a.c1z'], env, code: 5, says: missing })
    const notFolder = /the folder .*plain (does not exist|is no folder); create it or choose another --file/
    await expectRefusal(place, { args: ['-f', 'plain/a.c1z'], env, code: 5, says: notFolder })
    await expectRefusal(place, { args: ['-f', 'folder.c1z'], env, code: 3, says: /folder\.c1z is not a c1z file/ })
    const long = 'n'.repeat(250)
    const tooLong = /open n+: its name is too long; choose a shorter --file/
    await expectRefusal(place, { args: ['-f', long], env, code: 3, says: tooLong })
    await expectRefusal(place, { args: ['-f', '/proc/a.c1z'], env, code: 7, says: /lock \/proc\/a\.c1z: .*writable/ })
    expect(server.requests).toEqual([])
  })

  it.skipIf(!canMount()).for([
    { name: 'the folder is read-only', size: '4m', mode: 'ro', code: 7, says: /read-only|writable/ },
    {
      name: 'the disk is full before the first row',
      size: '64k',
      mode: 'rw',
      code: 8,
      says: /(no space left in|the disk of) \/.*free some/,
    },
    {
      name: 'the disk fills up while rows are collected',
      size: '1m',
      mode: 'rw',
      code: 8,
      says: /(no space left in|the disk of) \/.*free some/,
    },
    {
      name: 'the disk fills up while the file is made',
      size: '9m',
      mode: 'rw',
      code: 8,
      says: /(no space left in|the disk of) \/.*free some/,
    },
  ])('is kept when $name', async ({ size, mode, code, says }, { onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const tenant = seedTenant({ users: 3000, groups: 200, membershipsPerUser: 10 })
    const server = await place.serve({ tenant })
    await place.previousSync()
    const good = readFileSync(place.file)
    const copy = temporaryFolder(onTestFinished)
    copyFileSync(place.file, join(copy, 'sync.c1z'))
    const under = ['unshare', '-rm', 'sh', '-c', ON_SMALL_DISK, 'sh', place.folder, copy, size, mode]
    const ended = await place.run([], { env: settingsFor(server.baseUrl), under })
    expect([ended.code, toldIn(ended)]).toEqual([code, [expect.stringMatching(says)]])
    const helpers = readdirSync(copy).filter((name) => !name.startsWith('.sync.c1z.work'))
    expect(helpers, 'only what a later run goes on from stays').toEqual(['sync.c1z'])
    expect(sha(readFileSync(join(copy, 'sync.c1z')))).toBe(sha(good))
  })
})

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
