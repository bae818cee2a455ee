import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'csv-parse/sync'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest'
import { noBrowser, startBrowser } from '../support/browser.ts'
import { ACME } from '../support/readers/acme.ts'
import { makeSnapshot, type MadeSync } from '../support/readers/make-snapshot.ts'
import { startProgram } from '../support/run-program.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'

const HOSTILE = '<img src=x onerror="document.title=1"></script><b>&amp; \u202egnp.exe'

const REVIEWED: MadeSync = {
  ...ACME,
  things: [
    ...(ACME.things ?? []).map((thing) =>
      thing.id === 'resource:db' ? { ...thing, profile: { tag_tier: '0' } } : thing,
    ),
    { id: 'user:evil', name: HOSTILE, email: '=cmd()@evil.example', status: 'enabled' },
  ],
  grants: [...(ACME.grants ?? []), { on: 'group:all:member', to: 'user:evil' }],
}

describe.skipIf(noBrowser !== '')(`the page of a review ${noBrowser}`, () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let problems: string[]
  let folder: string
  const ends: (() => void | Promise<void>)[] = []

  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser.close())

  beforeEach(async () => {
    folder = temporaryFolder((end) => ends.push(end))
    context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1400, height: 900 } })
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    problems = []
    page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('request', (request) => {
      if (!/^(?:file|data|blob):/.test(request.url())) problems.push(`asked for ${request.url()}`)
    })
  })
  afterEach(async () => {
    await context.close()
    for (const end of ends.splice(0)) await end()
  })

  /** Writes the page of a sync and opens it from the disk, without a network. */
  async function open(sync: MadeSync, ...args: readonly string[]): Promise<void> {
    makeSnapshot(join(folder, 'sync.c1z'), [{ ...ACME, id: 'older', endedAt: '2026-01-01 00:00:00' }, sync])
    const ended = await startProgram(['report', '--html', 'review.html', ...args], {
      cwd: folder,
      atEnd: (end) => ends.push(end),
    }).ended
    expect(ended).toMatchObject({ code: 0, stdout: '' })
    await context.setOffline(true)
    await page.goto(pathToFileURL(join(folder, 'review.html')).href)
  }

  /** Nothing was said on the console, nothing failed, and nothing was asked for. */
  const expectQuiet = () => expect(problems).toEqual([])

  const firstWho = () => page.locator('.row .who bdi:first-child').allTextContents()
  const found = () => page.locator('#found').textContent()

  async function exported(button: string) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ])
    const text = readFileSync(await download.path(), 'utf8')
    return {
      name: download.suggestedFilename(),
      rows: parse(text, { bom: true, columns: true }) as Record<string, string>[],
    }
  }

  it('lists the crown jewels first, shows names as text alone, and draws its charts', async () => {
    await open(REVIEWED)
    expect(await page.title()).toBe('Access review of sync')
    expect(await firstWho()).toEqual([
      'Ada',
      'Bob',
      'Engineering',
      HOSTILE.replace('\u202e', ' '),
      'Ada',
      'Ada',
      'Zoe Papadaki',
      'Zoe Papadaki',
      'Engineering',
      'Everyone',
    ])
    expect(await page.locator('.row .holds').first().textContent()).toBe('★ group Engineering')
    expect(await page.locator('img, b').count()).toBe(0)
    const drawn = await page.evaluate(() => {
      const canvases = [
        ...(
          globalThis as unknown as {
            document: { querySelectorAll(q: string): Iterable<{ toDataURL(): string; width: number }> }
          }
        ).document.querySelectorAll('canvas'),
      ]
      return canvases.map((canvas) => canvas.toDataURL().length > 2000)
    })
    expect(drawn).toEqual([true, true, true, true, true])
    await page.getByText('Growth between syncs: numbers').click()
    expect(await page.locator('figure', { hasText: 'Growth' }).locator('td').allTextContents()).toEqual([
      '4',
      '3',
      '9',
      '5',
      '3',
      '10',
    ])
    expectQuiet()
  })

  it('searches and filters, and says how many are shown', async () => {
    await open(REVIEWED)
    expect(await found()).toBe('10 of 10 shown')
    await page.getByLabel('Search').fill('wiki ADA')
    await expect.poll(found).toBe('3 of 10 shown')
    await page.getByLabel('Search').fill('')
    await page.getByLabel('State', { exact: true }).selectOption('disabled')
    await expect.poll(firstWho).toEqual(['Bob'])
    await page.getByLabel('State', { exact: true }).selectOption('')
    await page.getByLabel('crown jewels only').check()
    await expect.poll(found).toBe('3 of 10 shown')
    expectQuiet()
  })

  it('is decided with the keyboard alone, keeps what was decided, and exports it', async () => {
    await open(REVIEWED)
    await page.getByLabel('Search').focus()
    for (let i = 0; i < 20 && (await page.evaluate('document.activeElement.id')) !== 'list'; i++)
      await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.id')).toBe('list')
    await page.keyboard.press('k')
    await page.keyboard.press('r')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('n')
    await page.keyboard.type('left "us", =1+1')
    await page.keyboard.press('Enter')
    await page.keyboard.press('End')
    await page.keyboard.press('r')
    await page.reload()
    expect(await page.locator('#progress').textContent()).toBe('3 of 10 decided, 2 to revoke')
    await page.getByLabel('Decision', { exact: true }).selectOption('r')
    await expect.poll(firstWho).toEqual(['Bob', 'Everyone'])
    const { name, rows } = await exported('Export decisions')
    const day = new Date().toISOString().slice(0, 10)
    expect(name).toBe('decisions.csv')
    expect(
      rows.map(({ decision, reviewer, date, note, who, target, user }) => [
        decision,
        reviewer,
        date,
        note,
        who,
        target,
        user,
      ]),
    ).toEqual([
      ['keep', '', day, '', 'Ada', 'bid:r:group/eng', 'bid:r:user/ada'],
      ['revoke', '', day, 'left "us", =1+1', 'Bob', 'bid:r:group/eng', 'bid:r:user/bob'],
      ['revoke', '', day, '', 'Everyone', 'bid:r:resource/wiki', 'bid:r:group/all'],
    ])
    expectQuiet()
  })

  it('is decided with the mouse, with the name of the reviewer, and exports every row as the CSV twin has it', async () => {
    await open(REVIEWED, '--csv', 'twin')
    await page.getByRole('textbox', { name: 'Reviewer' }).fill('Grace')
    await page.locator('.row').nth(1).getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('button', { name: 'Keep all that are shown' }).click()
    const { rows } = await exported('Export all rows')
    expect(rows.map(({ decision }) => decision)).toEqual(['keep', 'revoke', ...rows.slice(2).map(() => 'keep')])
    expect(new Set(rows.map(({ reviewer }) => reviewer))).toEqual(new Set(['Grace']))
    const factsOf = (row: Record<string, string>) =>
      Object.entries(row).filter(([name]) => !['decision', 'reviewer', 'date', 'note', 'who'].includes(name))
    const twin = parse(readFileSync(join(folder, 'twin/access-review.csv'), 'utf8'), { columns: true }) as Record<
      string,
      string
    >[]
    expect(rows.map(factsOf)).toEqual(twin.map(factsOf))
    expect(twin.find(({ user }) => user === 'bid:r:user/evil')?.['email']).toBe("'=cmd()@evil.example")
    expectQuiet()
  })

  it('scrolls through 100,000 rows to the last one', async () => {
    const things = Array.from({ length: 50_000 }, (_, i) => ({
      id: `user:${i}`,
      name: `Person ${String(i).padStart(5, '0')}`,
    }))
    const grants = things.flatMap(({ id }) => [
      { on: 'group:eng:member', to: id },
      { on: 'group:all:member', to: id },
    ])
    await open({ ...ACME, things: [...(ACME.things ?? []), ...things], grants })
    expect(await found()).toBe('100,000 of 100,000 shown')
    await page.locator('#list').focus()
    await page.keyboard.press('End')
    await expect.poll(() => page.locator('.row.active .who').textContent()).toBe('Person 49999')
    expect(await page.locator('.row').count()).toBeLessThan(60)
    await page.locator('#list').evaluate((list) => ((list as unknown as { scrollTop: number }).scrollTop = 4_000_000))
    await expect.poll(() => page.locator('.row .who').first().textContent()).toMatch(/^Person [2-4]\d{4}$/)
    await page.getByLabel('Search').fill('person 31415')
    await expect.poll(found).toBe('2 of 100,000 shown')
    expectQuiet()
  }, 240_000)
})
