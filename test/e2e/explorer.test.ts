import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { lacksChromium, openPage, startChromium, type WatchedPage } from '../support/chromium.ts'
import { ACME, LATER } from '../support/readers/acme.ts'
import { makeSnapshot, type MadeSync } from '../support/readers/make-snapshot.ts'
import { startProgram } from '../support/run-program.ts'
import { startTenant } from '../tenant/start-tenant.ts'
import { syncTenant, temporaryFolder } from '../tenant/sync-tenant.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

let browser: Browser
beforeAll(async () => {
  if (!lacksChromium) browser = await startChromium()
})
afterAll(async () => browser?.close())

interface Explored extends WatchedPage {
  readonly url: string
  readonly folder: string
}

/** The program on a file of two syncs, with a page on it. */
async function explore(
  options: Parameters<typeof openPage>[1] = {},
  syncs: readonly MadeSync[] = [ACME, LATER],
): Promise<Explored> {
  const folder = temporaryFolder(onTestFinished)
  makeSnapshot(join(folder, 'acme.c1z'), syncs)
  const program = startProgram(['explorer', '-f', 'acme.c1z', '--port', '0'], { cwd: folder, atEnd: onTestFinished })
  const url = (await program.said(/\n/)).trim()
  const watched = await openPage(browser, options)
  await watched.page.goto(url)
  return { ...watched, url, folder }
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()

/** What axe-core calls serious or worse. */
async function seriousFindings(page: Page): Promise<readonly string[]> {
  // By the debugger's way, which the page's policy for scripts has no say in.
  await page.evaluate(readFileSync(AXE, 'utf8'))
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run()
    return violations
      .filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
  })
}

describe.skipIf(lacksChromium)('the explorer in a browser', () => {
  it('trades the token of its address for a cookie that scripts cannot read', async () => {
    const { page, url } = await explore()
    await heading(page, 'Overview')
    expect(page.url()).toBe(new URL('/', url).href)
    expect(await page.evaluate(() => document.cookie)).toBe('')
    const [cookie] = await page.context().cookies()
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
    expect(cookie?.value).not.toContain(new URL(url).searchParams.get('token'))
  })

  it('answers who reaches a resource, through what and since when in three clicks', async () => {
    const { page, complaints, hosts } = await explore()
    await page.getByRole('link', { name: 'Resources', exact: true }).click()
    await page.getByRole('link', { name: 'db', exact: true }).click()
    const row = page.getByRole('row').filter({ hasText: 'Ada@Acme.example' })
    await row.waitFor()
    const text = (await row.innerText()).replaceAll(/\s+/g, ' ')
    expect(text).toContain('Engineering')
    expect(text).toContain('2026-06-01 00:00 UTC')
    expect(text).toContain('before')
    expect(text).toContain('2026-01-02 03:05 UTC')
    expect(complaints).toEqual([])
    expect([...hosts].every((host) => host.startsWith('127.0.0.1:'))).toBe(true)
  })

  it('is used by keyboard alone: / searches, Enter opens, links lead on, and the back button returns', async () => {
    const { page } = await explore()
    await heading(page, 'Overview')
    await page.keyboard.press('/')
    await page.keyboard.type('zoe')
    await page.getByRole('option').nth(1).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await heading(page, 'Zoe Papadaki')
    expect(page.url()).toContain('/object/user%3Azoe1')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press('Tab')
      if ((await page.evaluate(() => document.activeElement?.textContent)) === 'History') break
    }
    await page.keyboard.press('Enter')
    await page.getByText('in the oldest sync at hand').waitFor()
    await page.goBack()
    await page.goBack()
    await heading(page, 'Overview')
  })

  it('opens any address again, at the sync that it names', async () => {
    const { page, url } = await explore()
    await page.goto(new URL(`/object/user%3Abob?sync=${ACME.id}`, url).href)
    await heading(page, 'Bob')
    await page.getByText('disabled').first().waitFor()
    await page.goto(new URL('/object/user%3Abob', url).href)
    await page.getByRole('link', { name: 'Facts' }).click()
    await page.locator('dd', { hasText: 'enabled' }).waitFor()
    expect(page.url()).toContain('show=facts')
  })

  it.each(['light', 'dark'] as const)('has nothing serious for axe-core on any page, %s', async (colorScheme) => {
    const { page, url, complaints } = await explore({ colorScheme })
    for (const [path, name] of [
      ['/', 'Overview'],
      ['/list/people', 'People'],
      ['/object/resource%3Adb', 'db'],
      ['/object/resource%3Adb?show=graph', 'db'],
      ['/object/user%3Aada?show=access', 'Ada'],
      ['/object/user%3Aada?show=history', 'Ada'],
      ['/who-can?keys=resource%3Adb,resource%3Awiki', 'Who can'],
      ['/changes', 'Changes'],
      ['/findings', 'Findings'],
      ['/review?key=resource%3Adb', 'Review'],
      ['/runs', 'Runs'],
      ['/nowhere', 'No such page'],
    ] as const) {
      await page.goto(new URL(path, url).href)
      await heading(page, name)
      await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null)
      expect([path, await seriousFindings(page)]).toEqual([path, []])
    }
    expect(complaints).toEqual([])
  })

  it('fits 360 px', async () => {
    const { page, url } = await explore({ viewport: { width: 360, height: 640 } })
    for (const path of [
      '/',
      '/list/people',
      '/object/resource%3Adb',
      '/object/user%3Aada?show=graph',
      '/changes',
      '/review?key=resource%3Adb',
    ]) {
      await page.goto(new URL(path, url).href)
      await page.waitForFunction(
        () => document.querySelector('main h1') !== null && document.querySelector('[aria-busy=true]') === null,
      )
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, 360])
    }
  })

  it('saves a table as CSV', async () => {
    const { page, url } = await explore()
    await page.goto(new URL('/object/resource%3Adb', url).href)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV', exact: true }).click(),
    ])
    const lines = readFileSync(await download.path(), 'utf8').split('\r\n')
    expect(lines[0]).toMatch(/^principal,email,status/)
    expect(lines.find((line) => line.startsWith('Ada,'))).toContain('Ada → Engineering → db')
  })

  it('leads from a person to a decision, and to the file that apply takes', async () => {
    const { page, url, complaints } = await explore()
    await page.goto(new URL('/changes', url).href)
    const added = page.getByRole('row').filter({ hasText: 'Network Admin' }).first()
    await added.getByRole('link', { name: 'Zoe Papadaki' }).click()
    await heading(page, 'Zoe Papadaki')
    await page.getByRole('link', { name: 'Review', exact: true }).click()
    await page.getByLabel('Your name').fill('Mona')
    await page.getByLabel('Review who reaches').fill('db')
    await page.getByRole('button', { name: /^db/ }).click()
    await page.getByLabel('Note on Ada in Engineering').fill('left the team')
    await page.getByRole('button', { name: 'Revoke Ada in Engineering' }).click()
    await page.getByText('0 kept, 1 to be revoked').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV for apply' }).click(),
    ])
    const [, line] = readFileSync(await download.path(), 'utf8').split('\r\n')
    expect(line).toMatch(/^revoke,bid:r:group\/eng,bid:r:user\/ada,Engineering,Ada,Mona,.*,left the team$/)
    await page.getByRole('button', { name: 'Undo the decision on Ada' }).click()
    await page.getByText('Nothing is decided yet').waitFor()
    expect(complaints).toEqual([])
  })

  it('slides over the syncs', async () => {
    const { page, url } = await explore()
    await page.goto(new URL('/changes', url).href)
    await page.getByLabel(/^To:/).waitFor()
    await page.getByText('administrators only').click()
    await page.waitForURL(/only=admins/)
    await page.getByRole('row').filter({ hasText: 'Zoe Papadaki' }).first().waitFor()
    expect(await page.getByText('Nobody yet').count()).toBe(0)
  })

  it('shows a device with its facts and its user, and the user with the device', async () => {
    const folder = temporaryFolder(onTestFinished)
    const tenant = await startTenant()
    onTestFinished(() => tenant.close())
    await syncTenant(tenant, join(folder, 'acme.c1z'), { types: ['user', 'group', 'device'] })
    const program = startProgram(['explorer', '-f', 'acme.c1z', '--port', '0'], { cwd: folder, atEnd: onTestFinished })
    const url = (await program.said(/\n/)).trim()
    const { page, complaints } = await openPage(browser)
    await page.goto(url)
    await page
      .getByRole('link', { name: /device/i })
      .first()
      .click()
    await page.waitForURL(/type=device/)
    const laptop = { name: 'Ada’s laptop', exact: true }
    await page.getByRole('link', laptop).first().click()
    await heading(page, laptop.name)
    await page.getByRole('link', { name: 'Its user', exact: true }).waitFor()
    const owner = page.getByRole('row').filter({ hasText: 'ada.okafor@acme.example' }).getByRole('link').first()
    await owner.waitFor()
    await page.getByRole('link', { name: 'Facts' }).click()
    await page.locator('dl.facts').getByText('15.2').waitFor()
    await page.goBack()
    await owner.click()
    await heading(page, 'Ada Okafor')
    await page.getByRole('link', laptop).first().waitFor()
    expect(complaints).toEqual([])
  })

  it('renders names as text, and runs nothing that stands in them', async () => {
    const name = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    const things = (ACME.things ?? []).map((thing) => (thing.id === 'user:ada' ? { ...thing, name } : thing))
    const { page, url, complaints } = await explore({}, [{ ...ACME, things }, LATER])
    await page.goto(new URL(`/object/user%3Aada?sync=${ACME.id}&show=graph`, url).href)
    await heading(page, name)
    expect(await page.title()).toBe(`${name} · Explorer`)
    expect(await page.locator('main img').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('says what to do once the program has ended', async () => {
    const { page, url } = await explore()
    await heading(page, 'Overview')
    await page.context().setOffline(true)
    await page.getByRole('link', { name: 'People', exact: true }).click()
    await page.getByText('Start it again').waitFor()
    expect(new URL(page.url()).pathname).toBe('/list/people')
    expect(url).toContain('token=')
  })
})
