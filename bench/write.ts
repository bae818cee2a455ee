/**
 * Measures writing a snapshot: rows are made page by page and go through the real store.
 *
 * Usage: `npm run bench:write -- [--users N] [--groups N] [--third] [--peer]`. `--third` measures the third sync into a file that holds two;
 * `--peer` also runs the Go SDK's engines on the same rows (`--engine` chooses, repeatable), built first if need be.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { keepNurserySmall } from '../src/cli/small-nursery.ts'
import { silentLogger } from '../src/sdk/ports.ts'
import { createSnapshotStore } from '../src/snapshot/snapshot-store.ts'
import type { FinishedFile } from '../src/sync/store.ts'
import { buildOfficialTools } from '../test/support/official/build-official-tools.ts'
import { group, MEMBERSHIPS_PER_USER, memberships, TYPES, user } from './write-rows.ts'

keepNurserySmall()
const PAGE = 100

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '100000' },
    groups: { type: 'string', default: '2000' },
    third: { type: 'boolean', default: false },
    peer: { type: 'boolean', default: false },
    engine: { type: 'string', multiple: true, default: ['sqlite', 'pebble'] },
    dir: { type: 'string' },
  },
})
const users = Number(values.users)
const groups = Number(values.groups)
const folder = mkdtempSync(join(values.dir ?? tmpdir(), 'bench-write-'))

try {
  const earlier = values.third ? 2 : 0
  for (let run = 0; run < earlier; run++) await sync()
  const ours = await measure()
  report('baton-twingate', ours)
  const peers = values.peer ? await buildOfficialTools() : { missing: 'The Go SDK was not asked for.' }
  if ('missing' in peers) console.log(peers.missing)
  else for (const engine of values.engine) comparePeer(join(peers.bin, 'writebench'), engine, ours)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

interface Measurement {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly maxRssBytes: number
  readonly fileBytes: number
}

async function measure(): Promise<Measurement> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  const file = await sync()
  const { user: userTime, system } = process.cpuUsage(cpu)
  return {
    wallSeconds: (performance.now() - start) / 1000,
    cpuSeconds: (userTime + system) / 1e6,
    maxRssBytes: process.resourceUsage().maxRSS * 1024,
    fileBytes: file.bytes,
  }
}

async function sync(): Promise<FinishedFile> {
  const store = createSnapshotStore({
    file: join(folder, 'sync.c1z'),
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    random: (length) => randomBytes(length),
    log: silentLogger,
  })
  const start = performance.now()
  const writer = await store.begin('full', () => false)
  const begun = performance.now()
  const rss: number[] = []
  const mark = (): unknown => rss.push(process.resourceUsage().maxRSS >> 10)
  writer.write({ resourceTypes: TYPES }, 'types')
  const made = Array.from({ length: groups }, (_, index) => group(index))
  for (let at = 0; at < groups; at += PAGE) {
    const page = made.slice(at, at + PAGE)
    const rows = { resources: page.map(({ resource }) => resource), entitlements: page.map((row) => row.entitlement) }
    writer.write(rows, `groups ${at}`)
  }
  const groupIds = made.map(({ resource }) => resource.id.id)
  for (let at = 0; at < users; at += PAGE) {
    const resources = Array.from({ length: Math.min(PAGE, users - at) }, (_, offset) => user(at + offset))
    const grants = resources.flatMap(({ id }, offset) => [...memberships(id, at + offset, groupIds)])
    writer.write({ resources, grants }, `users ${at}`)
  }
  const collected = performance.now()
  mark()
  const file = await writer.finish()
  mark()
  const phases = { begin: begun - start, collect: collected - begun, finish: performance.now() - collected }
  for (const [phase, ms] of Object.entries(phases)) console.log(`  ${phase} ${(ms / 1000).toFixed(2)} s`)
  console.log(`  peak RSS after collecting ${rss[0]} MiB, after finishing ${rss[1]} MiB`)
  return file
}

function report(name: string, { wallSeconds, cpuSeconds, maxRssBytes, fileBytes }: Measurement): void {
  const [rss, file] = [maxRssBytes, fileBytes].map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`)
  console.log(
    `${name}: wall ${wallSeconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s, peak RSS ${rss}, file ${file}`,
  )
}

/** `writebench` prints its measurement as one line of JSON. */
function comparePeer(program: string, engine: string, ours: Measurement): void {
  const sizes = ['--users', users, '--groups', groups, '--memberships', MEMBERSHIPS_PER_USER, '--out', folder].map(
    String,
  )
  const third = values.third ? ['--third'] : []
  const { stdout, stderr } = spawnSync(program, ['--engine', engine, ...third, ...sizes], { encoding: 'utf8' })
  if (stdout === '') throw new Error(`writebench --engine ${engine} printed nothing: ${stderr}`)
  const peer = JSON.parse(stdout) as Measurement
  report(`Go SDK, ${engine}`, peer)
  const ratio = (of: keyof Measurement): string => (ours[of] / peer[of]).toFixed(2)
  console.log(`  ours / theirs: wall ${ratio('wallSeconds')}, CPU ${ratio('cpuSeconds')}, RSS ${ratio('maxRssBytes')}`)
}
