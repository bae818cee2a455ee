import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { lacksChromium, openPage, startChromium } from '../support/chromium.ts'
import { ACME, LATER } from '../support/readers/acme.ts'
import { makeSnapshot } from '../support/readers/make-snapshot.ts'
import { startProgram } from '../support/run-program.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'

let browser: Browser
beforeAll(async () => {
  if (!lacksChromium) browser = await startChromium()
})
afterAll(async () => browser?.close())

/** Every page by the name of its picture. */
const PAGES = {
  overview: '/',
  people: '/list/people',
  person: '/object/user%3Aada?show=access',
  resource: '/object/resource%3Adb',
  graph: '/object/resource%3Adb?show=graph',
  history: '/object/user%3Abob?show=history',
  facts: '/object/user%3Aada?show=facts',
  'who-can': '/who-can?keys=resource%3Adb,resource%3Awiki',
  changes: '/changes',
  findings: '/findings',
  review: '/review?key=resource%3Adb',
  runs: '/runs',
  'no-such-page': '/nowhere',
} as const

async function explore(options: Parameters<typeof openPage>[1]) {
  const folder = temporaryFolder(onTestFinished)
  makeSnapshot(join(folder, 'acme.c1z'), [ACME, LATER])
  const program = startProgram(['explorer', '-f', 'acme.c1z', '--port', '0'], { cwd: folder, atEnd: onTestFinished })
  const url = (await program.said(/\n/)).trim()
  const { page } = await openPage(browser, { locale: 'en-US', timezoneId: 'UTC', ...options })
  // What is told as "days ago" stays what it is.
  await page.clock.setFixedTime(new Date('2026-03-03T00:00:00Z'))
  await page.goto(url)
  const visit = async (path: string): Promise<void> => {
    await page.goto(new URL(path, url).href)
    await settled(page)
  }
  return { page, visit }
}

const settled = (page: Page) =>
  page.waitForFunction(
    () =>
      document.querySelector('main h1') !== null &&
      document.querySelector('[aria-busy=true]') === null &&
      // Charts and graphs are drawn once their library is loaded.
      [...document.querySelectorAll('.plot, .graph')].every((place) => place.querySelector('canvas') !== null) &&
      !/^Reading /m.test(document.querySelector('main')?.textContent ?? ''),
  )

describe.skipIf(lacksChromium)('what the explorer looks like', () => {
  it('has on each page the parts and the words that a screen reader tells', async () => {
    const { page, visit } = await explore({})
    for (const [name, path] of Object.entries(PAGES)) {
      await visit(path)
      const structure = await page.locator('body').ariaSnapshot()
      // How well the file packs differs from one version of Node to the next.
      const text = structure.replaceAll(/\(\d[\d.,]* (bytes|kB)\)/g, '(size)')
      await expect(`${text}\n`).toMatchFileSnapshot(`explorer-look/${name}.yaml`)
    }
  })

  it('fills 3840 pixels without lines too long to read, and without a bar to scroll sideways', async () => {
    const { page, visit } = await explore({ viewport: { width: 3840, height: 2160 } })
    for (const path of Object.values(PAGES)) {
      await visit(path)
      const [width, main] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.querySelector('main')?.getBoundingClientRect().width ?? 0,
      ])
      expect([path, width]).toEqual([path, 3840])
      expect(main).toBeGreaterThan(1_000)
      expect(main).toBeLessThanOrEqual(1_600)
    }
  })

  it('is printed without what only a screen has, and with what is folded on it', async () => {
    const { page, visit } = await explore({})
    await page.emulateMedia({ media: 'print' })
    for (const path of [PAGES.overview, PAGES.resource, PAGES.findings, PAGES.review]) {
      await visit(path)
      for (const gone of await page.locator('header, nav, .bar, button').all())
        expect([path, await gone.isVisible()]).toEqual([path, false])
      expect(await page.locator('main h1').isVisible()).toBe(true)
    }
    await visit(PAGES.overview)
    await page.getByRole('table').last().getByText('2026-01-02 03:05 UTC').waitFor()
    const pages = await page.pdf()
    expect(pages.subarray(0, 5).toString()).toBe('%PDF-')
  })
})
