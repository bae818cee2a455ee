import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { lacksChromium, openPage, startChromium } from '../test/support/chromium.ts'
import { READ_KEY } from '../test/tenant/api-keys.ts'
import { SCIM_TOKEN } from '../test/tenant/scim/endpoint.ts'
import { startTenant } from '../test/tenant/start-tenant.ts'

// Makes the pictures of the README: what the program really prints, as SVG. Run it again when the output changes.
const root = join(import.meta.dirname, '..')
const LINE = 18
const CHAR = 7.8
const MOST_LINES = 14
const MOST_COLUMNS = 118

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** A terminal with these lines; the first of each block is what was typed. */
function picture(title: string, lines: readonly string[]): string {
  const columns = Math.min(MOST_COLUMNS, Math.max(...lines.map(({ length }) => length)))
  const [width, height] = [Math.ceil(columns * CHAR) + 32, lines.length * LINE + 56]
  const rows = lines.map(
    (line, n) =>
      `<text x="16" y="${n * LINE + 54}" fill="${line.startsWith('$') ? '#7fd1b9' : '#e6e6e6'}" xml:space="preserve">${escaped(line.slice(0, MOST_COLUMNS))}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="#1e2127"/>
<circle cx="20" cy="18" r="5" fill="#ff5f57"/><circle cx="38" cy="18" r="5" fill="#febc2e"/><circle cx="56" cy="18" r="5" fill="#28c840"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13">
${rows.join('\n')}
</g>
</svg>
`
}

/** The page of the resource that everybody asks about, as a browser shows it; left as it is where there is no browser. */
async function explorerPicture(): Promise<void> {
  if (lacksChromium) return
  const program = spawn(
    process.execPath,
    [join(root, 'cmd/baton-twingate/main.ts'), 'explorer', '-f', 'sync.c1z', '--port', '0'],
    { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const browser = await startChromium()
  try {
    const [address] = (await once(program.stdout.setEncoding('utf8'), 'data')) as [string]
    const { page } = await openPage(browser, { viewport: { width: 1180, height: 560 }, locale: 'en-US' })
    await page.goto(address.trim())
    await page.getByRole('link', { name: 'Resources', exact: true }).click()
    await page.getByRole('link', { name: 'Production database', exact: true }).click()
    await page.getByRole('row').filter({ hasText: '@acme.example' }).first().waitFor()
    await page.screenshot({ path: join(images, 'explorer.png') })
  } finally {
    await browser.close()
    program.kill()
  }
}

const folder = mkdtempSync(join(tmpdir(), 'pictures-'))
const images = join(root, 'docs/images')
const tenant = await startTenant()

/** Runs the program and gives what it printed, with what was typed above it. */
async function ran(
  typed: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'cmd/baton-twingate/main.ts'), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, ...env },
  })
  const lines = stdout.trimEnd().split('\n')
  const cut = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES - 1), '…'] : lines
  return [`$ baton-twingate ${typed}`, ...cut]
}

try {
  mkdirSync(images, { recursive: true })
  writeFileSync(join(folder, 'token'), SCIM_TOKEN, { mode: 0o600 })
  const network = ['--domain', 'demo', '--base-url', tenant.baseUrl, '-f', 'sync.c1z', '--log-level', 'error']
  await ran('', network, { BATON_API_KEY: READ_KEY })
  const who = await ran('who-can Engineering', ['who-can', 'Engineering', '-f', 'sync.c1z'])
  writeFileSync(join(images, 'who-can.svg'), picture('Who is in the group Engineering, by the snapshot', who))
  const files = ['people', 'groups', 'members'].flatMap((name) => [
    `--${name}`,
    join(root, `examples/scim/${name}.csv`),
  ])
  const ends = ['--target', tenant.scimUrl, '--token-file', 'token', '--state', 'state.db', '--log-level', 'error']
  const plan = await ran('scim plan', ['scim', 'plan', ...files, ...ends])
  writeFileSync(
    join(images, 'scim-plan.svg'),
    picture('A plan of SCIM provisioning: counts, cost, then each change with its reason', plan),
  )
  await explorerPicture()
} finally {
  await tenant.close()
  rmSync(folder, { recursive: true, force: true })
}
