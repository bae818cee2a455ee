import { existsSync } from 'node:fs'
import { missing } from './deploy/missing.ts'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

/** Where Debian, Alpine and others put it; `CHROMIUM` names another. */
const PLACES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const NO_CHROMIUM = 'there is no Chromium: apt-get install chromium, or name one with CHROMIUM'

const found = PLACES.find((path) => path !== undefined && existsSync(path))

/** Whether tests that need a browser are left out, which is said. In CI they never are: there a missing browser is an error. */
export const lacksChromium = missing(
  'nothing is tried in a browser',
  found === undefined && process.env['CI'] === undefined ? NO_CHROMIUM : undefined,
)

/** A real headless Chromium. Errors: where there is none. */
export async function startChromium(): Promise<Browser> {
  if (found === undefined) throw new Error(NO_CHROMIUM)
  return chromium.launch({
    executablePath: found,
    // Root has no name space of its own to be shut into, as in containers.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
}

/** A page with what went wrong on it, and every host that it spoke to. */
export interface WatchedPage {
  readonly page: Page
  /** Lines of the console that warn, errors that nobody caught, and answers that are no success. */
  readonly complaints: string[]
  readonly hosts: Set<string>
}

/** Opens a page in a context of its own, which sees no cookie of another one. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ acceptDownloads: true, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  const hosts = new Set<string>()
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => hosts.add(new URL(request.url()).host))
  return { page, complaints, hosts }
}
