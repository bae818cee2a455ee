/**
 * Measures the grants that follow from others: `expand` of a file that holds none of them, and a whole sync that ends with them, beside the official
 * engines, which add the same grants to the same file (`test/conformance/cmd/expand`), and prints the ratios.
 *
 * Every figure is of a whole process, from its start until its file is written: unpack, expand, seal, pack. For Pebble the file is converted beforehand
 * (`baton to-pebble`), and that is not in the figure. Ours runs before and after the official ones, because a machine's speed changes within minutes, and
 * the ratios are of the mean of the two.
 *
 * Usage: `npm run bench:expand -- [--size USERSxGROUPSxMEMBERSHIPS] [--resources N] [--groups-a-resource N] [--engines sqlite,pebble]`. Ours is the
 * built program where it was built (`npm run build`). SQLite takes minutes at a million grants, and does not finish twice as many in nine; with
 * `--engines ''` neither is asked.
 */
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildOfficialTools } from '../test/judges/build-official-tools.ts'
import { measure, type Usage } from './measured-process.ts'
import { startTenantProcess } from './tenant-process.ts'
import { machine, part, subjects } from './programs.ts'

const USUAL = '10000x1000x100000'
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: USUAL },
    resources: { type: 'string', default: '3000' },
    'groups-a-resource': { type: 'string', default: '3' },
    engines: { type: 'string', default: 'sqlite,pebble' },
  },
})

const KEY = 'bench-key'
const folder = mkdtempSync(join(tmpdir(), 'bench-expand-'))
const at = (name: string): string => join(folder, `${name}.c1z`)
const main = subjects()[0]?.main ?? ''

function startTenant() {
  const [users = '', groups = '', memberships = ''] = values.size.split('x')
  const each = String(Math.round(Number(memberships) / Number(users)))
  const flags = [
    ...['--users', users, '--groups', groups, '--memberships', each, '--key', KEY],
    ...['--resources', values.resources, '--groups-a-resource', values['groups-a-resource'], '--networks', '50'],
  ]
  return startTenantProcess(flags)
}

/** Runs a program, prints what it used and how large the file is that it made. */
async function row(name: string, file: string, command: readonly string[]): Promise<Usage> {
  const usage = await run(name, command)
  const cells = [usage.wallSeconds.toFixed(1), usage.cpuSeconds.toFixed(1), (usage.peakRssBytes / 1e6).toFixed(0)]
  console.log(`| ${name} | ${cells.join(' | ')} | ${(statSync(file).size / 1e6).toFixed(1)} |`)
  return usage
}

async function run(name: string, command: readonly string[]): Promise<Usage> {
  const usage = await measure(folder, command)
  if (usage.code !== 0) throw new Error(`${name} ended with ${String(usage.code)}: ${usage.stderr.slice(-300)}`)
  return usage
}

const ours = (...args: readonly string[]): readonly string[] => [process.execPath, main, ...args]

async function syncs(plain: string): Promise<Usage> {
  const keyFile = join(folder, 'key')
  writeFileSync(keyFile, KEY, { mode: 0o600 })
  const tenant = await startTenant()
  const sync = (file: string, ...flags: readonly string[]): readonly string[] =>
    ours('--domain', 'bench', '--base-url', tenant.url, '--api-key-file', keyFile, '--file', file, ...flags)
  await row('sync without the grants that follow', plain, sync(plain, '--skip-expand-grants'))
  const whole = await row('sync with them', at('whole'), sync(at('whole')))
  tenant.stop()
  return whole
}

/** What each engine takes for the same file; an engine that was not asked, or cannot be built here, is absent. */
async function peers(plain: string): Promise<{ readonly sqlite?: Usage; readonly pebble?: Usage }> {
  const asked = values.engines.split(',').filter((name) => name !== '')
  const tools = asked.length > 0 ? await buildOfficialTools() : { missing: 'not asked for' }
  if (!('bin' in tools)) {
    console.error(`without the official engines: ${tools.missing}`)
    return {}
  }
  const expand = (name: string, file: string): Promise<Usage> =>
    row(name, file, [join(tools.bin, 'expand'), '--file', file])
  if (asked.includes('sqlite')) copyFileSync(plain, at('sqlite'))
  const sqlite = asked.includes('sqlite') && (await expand('official engine, SQLite', at('sqlite')))
  const convert = [join(tools.bin, 'baton'), 'to-pebble', '-f', plain, '--out', at('pebble')]
  if (asked.includes('pebble')) await run('to-pebble', convert)
  const pebble = asked.includes('pebble') && (await expand('official engine, Pebble', at('pebble')))
  return { ...(sqlite && { sqlite }), ...(pebble && { pebble }) }
}

type Aim = readonly [what: string, measured: number | undefined, most: number, words: (figure: number) => string]

/** The aims that belong to the size measured. A ratio without the other side is neither met nor missed. */
function aims(
  whole: Usage,
  own: Pick<Usage, 'wallSeconds' | 'cpuSeconds' | 'peakRssBytes'>,
  { sqlite, pebble }: Awaited<ReturnType<typeof peers>>,
): readonly Aim[] {
  const seconds = (figure: number): string => `${figure.toFixed(1)} s`
  const megabytes = (figure: number): string => `${(figure / 1e6).toFixed(0)} MB`
  if (values.size !== USUAL)
    return [
      ['CPU of expand', own.cpuSeconds, 60, seconds],
      ['CPU of expand, of Pebble', pebble && own.cpuSeconds / pebble.cpuSeconds, 1.6, part],
      ['peak RSS of expand, of Pebble', pebble && own.peakRssBytes / pebble.peakRssBytes, 1 / 4, part],
    ]
  return [
    ['CPU of expand, of SQLite', sqlite && own.cpuSeconds / sqlite.cpuSeconds, 1 / 7, part],
    ['wall of expand, of SQLite', sqlite && own.wallSeconds / sqlite.wallSeconds, 1 / 10, part],
    ['peak RSS of expand', own.peakRssBytes, 350e6, megabytes],
    ['CPU of expand, of Pebble', pebble && own.cpuSeconds / pebble.cpuSeconds, 1.6, part],
    ['peak RSS of expand, of Pebble', pebble && own.peakRssBytes / pebble.peakRssBytes, 1 / 4, part],
    ['CPU of the sync with them', whole.cpuSeconds, 25, seconds],
  ]
}

try {
  console.log(`${machine()}\n${values.size}, ${values.resources} resources of ${values['groups-a-resource']} groups\n`)
  console.log('| what | wall s | CPU s | peak RSS MB | file MB |\n| --- | ---: | ---: | ---: | ---: |')
  const plain = at('plain')
  const whole = await syncs(plain)
  const expand = (name: string): Promise<Usage> =>
    row(name, at('expanded'), ours('expand', '-f', plain, '--out', at('expanded')))
  const first = await expand('expand')
  const official = await peers(plain)
  const again = await expand('expand, once more')
  const mean = (of: 'wallSeconds' | 'cpuSeconds' | 'peakRssBytes'): number => (first[of] + again[of]) / 2
  const own = { wallSeconds: mean('wallSeconds'), cpuSeconds: mean('cpuSeconds'), peakRssBytes: mean('peakRssBytes') }
  console.log(`\n${machine()}\n\n| aim | at most | measured | met |\n| --- | ---: | ---: | --- |`)
  for (const [what, measured, most, words] of aims(whole, own, official))
    console.log(
      `| ${what} | ${words(most)} | ${measured === undefined ? '-' : words(measured)} | ${measured === undefined ? '-' : measured <= most ? 'yes' : 'no'} |`,
    )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
