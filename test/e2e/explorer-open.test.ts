import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { lacksChromium, openPage, startChromium } from '../support/chromium.ts'
import { ACME } from '../support/readers/acme.ts'
import { makeSnapshot } from '../support/readers/make-snapshot.ts'
import { startProgram } from '../support/run-program.ts'
import { until } from '../support/service-place.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'

const DEMO = [process.execPath, fileURLToPath(new URL('../../scripts/demo.ts', import.meta.url))]

type AtEnd = (cleanUp: () => void) => void

/** A folder whose programs come first on the path, with an opener in it that writes down what it was given. */
function desktop(atEnd: AtEnd) {
  const cwd = temporaryFolder(atEnd)
  const programs = join(cwd, 'programs')
  mkdirSync(programs)
  const opened = join(cwd, 'opened')
  writeFileSync(
    join(programs, 'xdg-open'),
    `#!/bin/sh\nprintf '%s\\n' "$@" > "${opened}.next" && mv "${opened}.next" "${opened}"\n`,
    {
      mode: 0o755,
    },
  )
  const env = { PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}` }
  const address = () => until(async () => (existsSync(opened) ? readFileSync(opened, 'utf8').trim() : undefined))
  return { cwd, env, address }
}

describe.skipIf(process.platform !== 'linux').concurrent('--open', () => {
  it('hands the printed address, and nothing else, to the opener of the desktop', async ({ onTestFinished }) => {
    const { cwd, env, address } = desktop(onTestFinished)
    makeSnapshot(join(cwd, 'acme.c1z'), [ACME])
    const args = ['explorer', '-f', 'acme.c1z', '--port', '0', '--open']
    const program = startProgram(args, { cwd, env, atEnd: onTestFinished })
    const url = (await program.said(/\n/)).trim()
    expect(await address()).toBe(url)
    program.kill('SIGINT')
    expect((await program.ended).code).toBe(0)
  })

  it('says where there is no opener that the address has to be opened by hand, and serves on', async ({
    onTestFinished,
  }) => {
    const { cwd } = desktop(onTestFinished)
    makeSnapshot(join(cwd, 'acme.c1z'), [ACME])
    const args = ['explorer', '-f', 'acme.c1z', '--port', '0', '--open']
    const program = startProgram(args, { cwd, env: { PATH: cwd }, atEnd: onTestFinished })
    await program.told(/No browser could be opened; open the address yourself\./)
    const url = (await program.said(/\n/)).trim()
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303)
  })
})

describe.skipIf(process.platform !== 'linux' || lacksChromium)('npm run demo -- --explorer', () => {
  it('opens a page that tells in three clicks who reaches the production database, through what and since when', async ({
    onTestFinished,
  }) => {
    const { cwd, env, address } = desktop(onTestFinished)
    const demo = startProgram(['--explorer'], { cwd, env, program: DEMO, atEnd: onTestFinished })
    const url = await address()
    const browser = await startChromium()
    onTestFinished(() => browser.close())
    const { page, complaints } = await openPage(browser)
    await page.goto(url)
    await page.getByRole('link', { name: 'Resources', exact: true }).click()
    await page.getByRole('link', { name: 'Production database', exact: true }).click()
    const row = page.getByRole('row').filter({ hasText: '@acme.example' }).first()
    await row.waitFor()
    const text = (await row.innerText()).replaceAll(/\s+/g, ' ')
    expect(text).toMatch(/Production database/)
    expect(text).toMatch(/UTC/)
    expect(complaints).toEqual([])
    demo.kill('SIGINT')
    expect((await demo.ended).code).toBe(0)
  })
})
