/**
 * Measures writing a snapshot: rows are made page by page and go through the real store, each sync in a process of its own.
 *
 * Usage: `npm run bench:write -- [--users N] [--groups N] [--third]`. `--third` measures the third sync into a file that keeps two;
 * `--peer` also runs the Go SDK's engines on the same rows (`--engine` chooses, repeatable), built first if need be. Ours runs before and after
 * each engine, because a machine's speed changes within minutes; the ratio is to the mean of the two.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { buildOfficialTools } from '../test/judges/build-official-tools.ts'
import { MEMBERSHIPS_PER_USER } from './write-rows.ts'

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
const folder = mkdtempSync(join(values.dir ?? tmpdir(), 'bench-write-'))

interface Measurement {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly maxRssBytes: number
  readonly fileBytes: number
}

try {
  console.log(values.third ? 'the third sync into a file that keeps two' : 'the first sync into a new file')
  let before = measureOurs()
  const peers = values.peer ? await buildOfficialTools() : { missing: 'The Go SDK was not asked for.' }
  if ('missing' in peers) console.log(peers.missing)
  else
    for (const engine of values.engine) {
      const peer = measurePeer(join(peers.bin, 'writebench'), engine)
      const after = measureOurs()
      compare(engine, peer, [before, after])
      before = after
    }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function measureOurs(): Measurement {
  const file = join(folder, 'sync.c1z')
  rmSync(file, { force: true })
  const sync = (): Measurement =>
    run(process.execPath, [join(import.meta.dirname, 'write-once.ts'), file, values.users, values.groups])
  const earlier = values.third ? 2 : 0
  for (let i = 0; i < earlier; i++) sync()
  const ours = sync()
  report('baton-twingate', ours)
  return ours
}

function measurePeer(program: string, engine: string): Measurement {
  const sizes = ['--users', values.users, '--groups', values.groups, '--memberships', String(MEMBERSHIPS_PER_USER)]
  const third = values.third ? ['--third'] : []
  const peer = run(program, ['--engine', engine, ...third, ...sizes, '--out', folder])
  report(`Go SDK, ${engine}`, peer)
  return peer
}

/** Both sides print their measurement as one line of JSON. */
function run(program: string, flags: readonly string[]): Measurement {
  const { stdout, stderr } = spawnSync(program, flags, { encoding: 'utf8' })
  if (stdout === '') throw new Error(`${program} ${flags.join(' ')} printed nothing: ${stderr}`)
  return JSON.parse(stdout) as Measurement
}

function report(name: string, { wallSeconds, cpuSeconds, maxRssBytes, fileBytes }: Measurement): void {
  const [rss, file] = [maxRssBytes, fileBytes].map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`)
  console.log(
    `${name}: wall ${wallSeconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s, peak RSS ${rss}, file ${file}`,
  )
}

function compare(engine: string, peer: Measurement, ours: readonly Measurement[]): void {
  const ratio = (of: keyof Measurement): string => {
    const mean = ours.reduce((sum, one) => sum + one[of], 0) / ours.length
    return `${(mean / peer[of]).toFixed(3)} (1/${(peer[of] / mean).toFixed(1)})`
  }
  console.log(
    `  ours / ${engine}: wall ${ratio('wallSeconds')}, CPU ${ratio('cpuSeconds')}, RSS ${ratio('maxRssBytes')}`,
  )
}
