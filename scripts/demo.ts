import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { READ_KEY } from '../test/tenant/api-keys.ts'
import { bugInAnswer } from '../test/tenant/bug-in-answer.ts'
import { startTenant } from '../test/tenant/start-tenant.ts'

/** Variables that set something: those of a real network must not reach the demo, nor its key be used for it. */
const SETTINGS = /^(BATON_|CREDENTIALS_DIRECTORY$|STATE_DIRECTORY$)/

// With --explorer, the page on that file follows.
// Syncs the built-in demo tenant to ./demo.c1z, beside a real network's file, by the same program and flags as a real network.
let running: ChildProcess | undefined
const tenant = await startTenant({
  onAnswer(record, body) {
    const bug = bugInAnswer(record, body)
    if (bug === undefined || running?.killed) return
    console.error(bug)
    running?.kill()
  },
})
const folder = await mkdtemp(join(tmpdir(), 'baton-twingate-demo-'))
// In place of a ./.baton.yaml that may be there.
const config = join(folder, 'demo.yaml')
await writeFile(config, `api-key: ${READ_KEY}\n`)
const explores = process.argv.includes('--explorer')
const more = process.argv.slice(2).filter((word) => word !== '--explorer')
const args = ['--domain', 'demo', '--base-url', tenant.baseUrl, '--file', 'demo.c1z', '--log-level', 'warn', ...more]
console.log(`$ baton-twingate ${args.join(' ')}   (with the demo tenant's key)\n`)
const run = async (words: readonly string[], settings: Readonly<Record<string, string>>): Promise<number> => {
  running = spawn(process.execPath, [join(import.meta.dirname, '../cmd/baton-twingate/main.ts'), ...words], {
    stdio: 'inherit',
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.test(name))),
      ...settings,
    },
  })
  const [code] = (await once(running, 'exit')) as [number | null]
  return code ?? 1
}
process.exitCode = await run(args, { BATON_CONFIG_PATH: config })
await tenant.close()
if (process.exitCode === 0) {
  const given = parseArgs({ args, strict: false, options: { file: { type: 'string', short: 'f' } } }).values['file']
  const where = typeof given === 'string' ? ['-f', given] : []
  const shown = ['who-can', 'Production database', ...where]
  console.log(`\n$ baton-twingate ${['who-can', "'Production database'", ...where].join(' ')}\n`)
  await writeFile(config, '')
  process.exitCode = await run(shown, { BATON_CONFIG_PATH: config })
  console.log(
    `\nSee what a person can reach, and which groups there are:\n  npx baton-twingate ${['access', 'ada.okafor@acme.example', ...where].join(' ')}\n  npx baton-twingate ${['list', 'groups', ...where].join(' ')}`,
  )
}
if (process.exitCode === 0 && explores) {
  const given = parseArgs({ args, strict: false, options: { file: { type: 'string', short: 'f' } } }).values['file']
  // Ctrl-C ends the explorer; what is left here is put away after it.
  process.on('SIGINT', () => {})
  console.log('\n$ baton-twingate explorer -f demo.c1z --open\n')
  process.exitCode = await run(
    ['explorer', '-f', typeof given === 'string' ? given : 'demo.c1z', '--port', '0', '--open'],
    {
      BATON_CONFIG_PATH: config,
    },
  )
}
await rm(folder, { recursive: true, force: true })
