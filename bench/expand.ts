/**
 * Measures the grants that follow from others: `expand` of a file that holds none of them, and a whole sync that ends with them, beside the official
 * engine, which takes the same grants out of the file and adds them again (`baton rollback-expansion --replay`).
 *
 * Usage: `npm run bench:expand -- [--size USERSxGROUPSxMEMBERSHIPS] [--resources N] [--groups-a-resource N] [--no-peer]`. Ours is the built program
 * where it was built (`npm run build`). The official engine takes minutes at a million grants, and does not finish twice as many in nine.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildOfficialTools } from '../test/judges/build-official-tools.ts'
import { measure, type Usage } from './measured-process.ts'
import { startTenantProcess } from './tenant-process.ts'
import { machine, subjects } from './programs.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '10000x1000x100000' },
    resources: { type: 'string', default: '3000' },
    'groups-a-resource': { type: 'string', default: '3' },
    peer: { type: 'boolean', default: true },
  },
  allowNegative: true,
})

const KEY = 'bench-key'
const folder = mkdtempSync(join(tmpdir(), 'bench-expand-'))
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

function print(name: string, { code, wallSeconds, cpuSeconds, peakRssBytes, stderr }: Usage, file: string): void {
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}: ${stderr.slice(-300)}`)
  const cells = [wallSeconds.toFixed(1), cpuSeconds.toFixed(1), (peakRssBytes / 1e6).toFixed(0)]
  console.log(`| ${name} | ${cells.join(' | ')} | ${(statSync(file).size / 1e6).toFixed(1)} |`)
}

const ours = (...args: readonly string[]): Promise<Usage> => measure(folder, [process.execPath, main, ...args])

try {
  const keyFile = join(folder, 'key')
  writeFileSync(keyFile, KEY, { mode: 0o600 })
  const tenant = await startTenant()
  console.log(`${machine()}\n${values.size}, ${values.resources} resources of ${values['groups-a-resource']} groups\n`)
  console.log('| what | wall s | CPU s | peak RSS MB | file MB |\n| --- | ---: | ---: | ---: | ---: |')
  const sync = (file: string, ...flags: readonly string[]): Promise<Usage> =>
    ours('--domain', 'bench', '--base-url', tenant.url, '--api-key-file', keyFile, '--file', file, ...flags)
  const [plain, whole, expanded] = ['plain', 'whole', 'expanded'].map((name) => join(folder, `${name}.c1z`)) as [
    string,
    string,
    string,
  ]
  print('sync without the grants that follow', await sync(plain, '--skip-expand-grants'), plain)
  print('sync with them', await sync(whole), whole)
  tenant.stop()
  print('expand', await ours('expand', '-f', plain, '--out', expanded), expanded)
  const tools = values.peer ? await buildOfficialTools() : { missing: 'not asked for' }
  if ('bin' in tools) {
    const replayed = join(folder, 'replayed.c1z')
    const command = ['rollback-expansion', '-f', expanded, '--out', replayed, '--replay']
    print(
      'official: taken out and added again',
      await measure(folder, [join(tools.bin, 'baton'), ...command]),
      replayed,
    )
  } else console.log(`\nwithout the official engine: ${tools.missing}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
