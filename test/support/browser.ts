import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The browser of this machine; `undefined` where there is none. Where `CI` is set that is an error: Debian's package is `chromium`. */
function browserPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path))
  if (found === undefined && process.env['CI']) throw new Error('no Chromium on this machine; apt-get install chromium')
  return found
}

const path = browserPath()

/** Why tests of pages are skipped; empty where they run. */
export const noBrowser = path === undefined ? 'because there is no Chromium on this machine' : ''

/** A real headless browser that reaches nothing but files. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: path ?? 'chromium',
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND'],
  })
}
