/**
 * Measures the readers on a file of two syncs that are ten changes apart, each question in a process of its own, beside the official `baton`.
 *
 * Usage: `npm run bench:readers -- [--users N] [--groups N] [--only NAME] [--no-peer] [--file FILE]`. `--only` chooses questions and may be
 * repeated; `--file` takes a file that is there already, or keeps the one that is made. Ours is the built program, as it is installed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildOfficialTools } from '../test/judges/build-official-tools.ts'
import { measure, type Usage } from './measured-process.ts'
import { part } from './programs.ts'
import { group, user } from './write-rows.ts'

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '100000' },
    groups: { type: 'string', default: '2000' },
    only: { type: 'string', multiple: true, default: [] },
    peer: { type: 'boolean', default: true },
    build: { type: 'boolean', default: true },
    file: { type: 'string' },
  },
  allowNegative: true,
})

const CHANGED = 10
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'bench-readers-'))
const file = values.file === undefined ? join(folder, 'two.c1z') : resolve(values.file)
const { resource, entitlement } = group(41)
const person = user(4711).id

interface Question {
  readonly name: string
  readonly ours: readonly string[]
  /** Ends with 10 where something differs. */
  readonly code?: number
  /** Absent where it cannot answer. */
  readonly official?: readonly string[]
  /** What our part of the official CPU and memory should be at most, and absolute bounds in seconds and MB. */
  readonly target: { readonly cpu?: number; readonly rss?: number; readonly seconds?: number; readonly mb?: number }
}

const WHO = ['who-can', resource.displayName]
const WHO_OFFICIAL = ['grants', '-e', entitlement.id, '-o', 'json']
const ACCESS = ['access', `user:${person.id}`]
const ACCESS_OFFICIAL = ['access', '-t', 'user', '-r', person.id, '-o', 'json']

const QUESTIONS: readonly Question[] = [
  { name: 'list syncs', ours: ['list', 'syncs'], official: ['stats'], target: { seconds: 0.15 } },
  { name: 'access', ours: ACCESS, official: ACCESS_OFFICIAL, target: { cpu: 1 / 3 } },
  { name: 'who-can', ours: WHO, official: WHO_OFFICIAL, target: { cpu: 1.1 } },
  { name: 'the first question with --index', ours: [...ACCESS, '--index'], target: {} },
  { name: 'access --index', ours: [...ACCESS, '--index'], target: { seconds: 0.2, mb: 130 } },
  { name: 'who-can --index', ours: [...WHO, '--index'], target: { seconds: 0.2, mb: 130 } },
  { name: 'diff', ours: ['diff'], code: 10, official: ['diff'], target: { cpu: 1 / 5, rss: 1 / 10 } },
  {
    name: 'export csv',
    ours: ['export', 'csv', '--out', 'ours.csv'],
    official: ['export', 'csv', '--out', 'official'],
    target: { cpu: 1 / 3.5, rss: 1 / 12 },
  },
  // The official command fails on more rows than a sheet holds, after all the work.
  { name: 'export xlsx', ours: ['export', 'xlsx', '--out', 'ours.xlsx'], target: { seconds: 12, mb: 350 } },
  {
    name: 'list grants as NDJSON',
    ours: ['list', 'grants', '--output', 'ndjson'],
    official: ['grants', '-o', 'json'],
    target: { cpu: 1 / 12, mb: 220 },
  },
]

try {
  await build()
  makeFile()
  const load = loadavg()[0]?.toFixed(1)
  console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB; ${new Date().toISOString()}, load ${load}\n`)
  rmSync(`${file}.index`, { force: true })
  const baton = await official()
  console.log(
    '| question | ours: wall s, CPU s, RSS MB, MB out | official | ours / official: CPU, RSS | target | met |',
  )
  console.log('| --- | --- | --- | --- | --- | --- |')
  for (const question of QUESTIONS)
    if (values.only.length === 0 || values.only.some((name) => question.name.includes(name))) await ask(question, baton)
} finally {
  rmSync(folder, { recursive: true, force: true })
  rmSync(`${file}.index`, { force: true })
}

async function build(): Promise<void> {
  if (!values.build) return
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the program cannot be built')
  // The first start fills the cache of compiled code.
  await measure(folder, ours('--version'))
}

function ours(...args: readonly string[]): readonly string[] {
  return [process.execPath, join(root, 'dist/cmd/baton-twingate/main.js'), ...args]
}

function makeFile(): void {
  if (existsSync(file)) return
  for (const changed of [0, CHANGED]) {
    const { status } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'write-once.ts'), file, values.users, values.groups, String(changed)],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    if (status !== 0) throw new Error('the file cannot be made')
  }
}

async function official(): Promise<string | undefined> {
  const tools = values.peer ? await buildOfficialTools() : { missing: 'The official command was not asked for.' }
  if (!('missing' in tools)) return join(tools.bin, 'baton')
  console.log(tools.missing)
  return undefined
}

async function ask(question: Question, baton: string | undefined): Promise<void> {
  const { name, code = 0, target } = question
  const own = await measure(folder, [...ours(...question.ours), '-f', file])
  if (own.code !== code) throw new Error(`${name} ended with ${own.code}: ${own.stderr}`)
  const asked = question.official
  const peer = baton === undefined || !asked ? undefined : await measure(folder, [baton, ...asked, '-f', file])
  for (const made of ['ours.csv', 'ours.xlsx', 'official']) rmSync(join(folder, made), { recursive: true, force: true })
  const ratio = peer && { cpu: own.cpuSeconds / peer.cpuSeconds, rss: own.peakRssBytes / peer.peakRssBytes }
  const isMet =
    (target.seconds === undefined || own.cpuSeconds <= target.seconds) &&
    (target.mb === undefined || own.peakRssBytes <= target.mb * 1e6) &&
    (ratio === undefined || (ratio.cpu <= (target.cpu ?? Infinity) && ratio.rss <= (target.rss ?? Infinity)))
  const isRatioOpen = isMet && !ratio && (target.cpu !== undefined || target.rss !== undefined)
  const cells = [
    name,
    say(own),
    peer ? `${say(peer)}${peer.code === 0 ? '' : `, exit ${peer.code}`}` : '-',
    ratio ? `${part(ratio.cpu)}, ${part(ratio.rss)}` : '-',
    sayTarget(target),
    // A ratio without the other side is neither met nor missed.
    isRatioOpen || sayTarget(target) === '' ? '-' : isMet ? 'yes' : 'no',
  ]
  console.log(`| ${cells.join(' | ')} |`)
}

function say({ wallSeconds, cpuSeconds, peakRssBytes, printedBytes }: Usage): string {
  return `${wallSeconds.toFixed(1)}, ${cpuSeconds.toFixed(2)}, ${(peakRssBytes / 1e6).toFixed(0)}, ${(printedBytes / 1e6).toFixed(1)}`
}

function sayTarget({ cpu, rss, seconds, mb }: Question['target']): string {
  return [
    ...(cpu === undefined ? [] : [`CPU ${part(cpu)}`]),
    ...(seconds === undefined ? [] : [`CPU ${seconds} s`]),
    ...(rss === undefined ? [] : [`RSS ${part(rss)}`]),
    ...(mb === undefined ? [] : [`RSS ${mb} MB`]),
  ].join(', ')
}
