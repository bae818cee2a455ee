import { expect, it } from 'vitest'
import { createPlace, settingsFor } from '../support/place.ts'
import { hasTerminal, TERMINAL } from '../support/terminal.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'

it.concurrent('31: help begins with the commands, and options stand in groups', async ({ onTestFinished }) => {
  const { stdout } = await createPlace(onTestFinished).run(['--help'])
  const lines = stdout.split('\n')
  const at = (text: RegExp): number => lines.findIndex((line) => text.test(line))
  expect({
    commandsFirst: at(/^ {2}grant /) > 0 && at(/^ {2}grant /) < at(/^ {2}(-\w, )?--\w/),
    groups: lines.filter((line) => line.startsWith('Options for ')).length > 2,
  }).toEqual({ commandsFirst: true, groups: true })
})

it.concurrent.for([
  ['help', 'grant'],
  ['help', 'apply'],
  ['validate', '--help'],
])('31: help of a command fits a screen: %j', async (args, { onTestFinished }) => {
  const { stdout } = await createPlace(onTestFinished).run(args)
  expect({ lines: Math.max(24, stdout.trimEnd().split('\n').length) }).toEqual({ lines: 24 })
})

it.concurrent('31: version is a command', async ({ onTestFinished }) => {
  expect((await createPlace(onTestFinished).run(['version'])).code).toBe(0)
})

it.concurrent('31: a wrong flag points at the help', async ({ onTestFinished }) => {
  const { code, stderr } = await createPlace(onTestFinished).run(['--nope'])
  expect({ code, pointsAtHelp: stderr.includes('see --help') }).toEqual({ code: 3, pointsAtHelp: true })
})

it.skipIf(!hasTerminal).concurrent('34: progress has a bar, and a wait a countdown', async ({ onTestFinished }) => {
  const place = createPlace(onTestFinished)
  const server = await place.serve({
    tenant: seedTenant({ users: 900, groups: 20 }),
    limits: { model: 'fixed', reads: 4, windowMs: 20_000 },
  })
  const { stdout } = await place.run(['--sync-resource-types', 'user,group,role'], {
    env: { ...settingsFor(server.baseUrl), TERM: 'xterm' },
    under: TERMINAL,
  })
  expect({ bar: stdout.includes('█'), countdown: /waiting \d+ s/.test(stdout) }).toEqual({ bar: true, countdown: true })
})
