/**
 * Measures the explorer on a file of two syncs, as a browser and its user meet it: from the start of the program to the first useful paint, each
 * question at the server, the graph under the mouse, and memory. Beside it the official `baton explorer` on the same file, and a crafted file of a
 * million groups.
 *
 * Usage: `npm run bench:explorer -- [--users N] [--groups N] [--file FILE] [--crafted N] [--part own|indexed|official|crafted]`. Ours is the built program. Needs Chromium; the official program needs Go, and is left
 * out without it. Figures are wall time; the CPU of the server stands beside them, as a busy machine makes wall time longer.
 */
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, mkdtempSync, statSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { buildOfficialTools } from '../test/judges/build-official-tools.ts'
import { openPage, startChromium } from '../test/support/chromium.ts'
import { freePort } from '../test/support/free-port.ts'
import { makeSnapshot, type MadeSync } from '../test/support/readers/make-snapshot.ts'

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '100000' },
    groups: { type: 'string', default: '2000' },
    file: { type: 'string' },
    crafted: { type: 'string', default: '1000000' },
    part: { type: 'string' },
  },
})

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'bench-explorer-'))
const file = values.file === undefined ? join(folder, 'two.c1z') : resolve(values.file)

/** Ticks of the CPU clock a second. Source: proc(5), sysconf(_SC_CLK_TCK) on Linux. */
const TICKS = 100

try {
  if (values.file === undefined)
    for (let sync = 0; sync < 2; sync++)
      spawnSync(process.execPath, [join(root, 'bench/write-once.ts'), file, values.users, values.groups], {
        stdio: 'inherit',
      })
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the program cannot be built')
  console.log(`${(statSync(file).size / 1e6).toFixed(1)} MB, load ${loadavg()[0]?.toFixed(1)}`)
  if (isWanted('own')) await measure()
  if (isWanted('indexed')) await measureIndexed()
  if (isWanted('official')) await measureOfficial()
  if (isWanted('crafted')) await measureCrafted(Number(values.crafted))
  report('page script, compressed', scriptBytes())
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function isWanted(part: 'own' | 'indexed' | 'official' | 'crafted'): boolean {
  return values.part === undefined || values.part === part
}

function report(what: string, figure: string, cpu?: number): void {
  console.log(`| ${what} | ${figure} | ${cpu === undefined ? '' : `${cpu} ms`} |`)
}

interface Served {
  readonly url: string
  readonly pid: number
}

/** The program on a file, for as long as `work` takes. */
async function served(
  path: string,
  work: (served: Served) => Promise<void>,
  flags: readonly string[] = [],
): Promise<void> {
  const program = spawn(
    process.execPath,
    [join(root, 'dist/cmd/baton-twingate/main.js'), 'explorer', '-f', path, '--port', '0', ...flags],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  try {
    const url = await new Promise<string>((found) => {
      let text = ''
      program.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        if (text.includes('\n')) found(text.trim())
      })
    })
    await work({ url, pid: program.pid ?? 0 })
  } finally {
    program.kill()
  }
}

async function measure(): Promise<void> {
  console.log('| what | wall | CPU of the server |\n| --- | --- | --- |')
  await firstPaint('', file)
  await served(file, async ({ url, pid }) => {
    await questions(url, () => cpuMs(pid))
    report('peak memory of the server', `${Math.round(peakKb(pid) / 1000)} MB`)
  })
  const crowded = join(folder, 'crowded.c1z')
  makeSnapshot(crowded, [crowd(3_000)])
  await served(crowded, ({ url }) => dragging(url))
}

/** With the index of the readers beside the file: made by a first start, used by a second one. */
async function measureIndexed(): Promise<void> {
  const began = performance.now()
  await served(
    file,
    async ({ pid }) => report('first start with --index', `${Math.round(performance.now() - began)} ms`, cpuMs(pid)),
    ['--index'],
  )
  await firstPaint('with an index: ', file)
  await served(file, async ({ url, pid }) => {
    await indexedQuestions(url, () => cpuMs(pid))
    report('with an index: peak memory of the server', `${Math.round(peakKb(pid) / 1000)} MB`)
  })
  rmSync(`${file}.index`, { force: true })
}

/** The official program: the time until its page shows a first table, and its memory. */
async function measureOfficial(): Promise<void> {
  const built = await buildOfficialTools()
  if ('missing' in built) {
    report('official baton explorer', built.missing)
    return
  }
  const port = await freePort()
  const browser = await startChromium()
  const began = performance.now()
  const program = spawn(join(built.bin, 'baton'), ['explorer', '-f', file, '-p', String(port)], {
    stdio: 'ignore',
    // It opens a browser by itself, which this machine is not to have.
    env: { ...process.env, PATH: '/nonexistent' },
  })
  try {
    const { page } = await openPage(browser)
    for (;;) {
      const loaded = await page.goto(`http://127.0.0.1:${port}`).catch(() => undefined)
      if (loaded) break
      await wait(50)
    }
    await page.getByRole('row').nth(1).waitFor({ timeout: 600_000 })
    const cpu = cpuMs(program.pid ?? 0)
    report('official baton explorer: start to the first table', `${Math.round(performance.now() - began)} ms`, cpu)
    report('official baton explorer: peak memory', `${Math.round(peakKb(program.pid ?? 0) / 1000)} MB`)
  } finally {
    await browser.close()
    program.kill()
  }
}

const CRAFTED = [
  '/api/totals',
  '/api/things?kind=group&limit=50&offset=500000',
  ...['g', 'group 47', 'zzz'].map((q) => `/api/search?q=${encodeURIComponent(q)}`),
  '/api/findings',
]

/** A file whose groups alone are so many: neither the server nor the page may give in. */
async function measureCrafted(groups: number): Promise<void> {
  const crafted = join(folder, 'crafted.c1z')
  spawnSync(process.execPath, [join(root, 'bench/write-once.ts'), crafted, '100', String(groups)], { stdio: 'inherit' })
  await firstPaint(`${groups} groups: `, crafted)
  await served(crafted, async ({ url, pid }) => {
    const cpu = (): number => cpuMs(pid)
    const { headers } = await fetch(url, { redirect: 'manual' })
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
    for (const path of CRAFTED) {
      const [before, asked] = [cpu(), performance.now()]
      const { status } = await fetch(new URL(path, url), { headers: { cookie } })
      report(`${groups} groups: ${path} (${status})`, `${Math.round(performance.now() - asked)} ms`, cpu() - before)
    }
    report(`${groups} groups: peak memory of the server`, `${Math.round(peakKb(pid) / 1000)} MB`)
  })
}

/** So many people in one team that reaches one resource. */
function crowd(people: number): MadeSync {
  const users = Array.from({ length: people }, (_, i) => `user:p${i}`)
  return {
    id: '37gS6Q7j2QUCNry6Ip4PIeZ9X6m',
    endedAt: '2026-01-02 03:05:05',
    things: [...users, 'group:t', 'resource:db'].map((id) => ({ id, name: id })),
    entitlements: { 'group:t': ['member'], 'resource:db': ['access'] },
    grants: [
      ...users.map((to) => ({ on: 'group:t:member', to })),
      { on: 'resource:db:access', to: 'group:t', from: ['group:t:member'] },
    ],
  }
}

async function dragging(url: string): Promise<void> {
  const browser = await startChromium()
  try {
    const { page } = await openPage(browser)
    await page.goto(url)
    await page.goto(new URL('/object/resource%3Adb?show=graph', url).href)
    const settled = async (): Promise<unknown> => {
      await page.locator('.graph').waitFor()
      return page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null)
    }
    const label = async (): Promise<string> =>
      (await page.locator('.graph').getAttribute('aria-label'))?.split(';')[0] ?? ''
    await settled()
    report(`dragging 3,000 ways: ${await label()}`, `${await framesWhileDragging(page)} frames a second`)
    await openMore(page, settled)
    await settled()
    report(`dragging 3,000 ways: ${await label()}`, `${await framesWhileDragging(page)} frames a second`)
  } finally {
    await browser.close()
  }
}

/** From the start of the program to the first numbers on the page, in a browser that runs already, as people's do. */
async function firstPaint(of: string, path: string): Promise<void> {
  const browser = await startChromium()
  try {
    const { page } = await openPage(browser)
    const began = performance.now()
    await served(path, async ({ url, pid }) => {
      report(`${of}start to the address`, `${Math.round(performance.now() - began)} ms`, cpuMs(pid))
      await page.goto(url, { waitUntil: 'commit' })
      await page.locator('.tiles b').first().waitFor()
      report(`${of}start to the first useful paint`, `${Math.round(performance.now() - began)} ms`, cpuMs(pid))
    })
  } finally {
    await browser.close()
  }
}

/** Opens the one cluster there is three times. */
async function openMore(page: Page, settled: () => Promise<unknown>): Promise<void> {
  for (let times = 0; times < 3; times++) {
    const before = await page.locator('.graph').getAttribute('aria-label')
    await page
      .getByRole('button', { name: /^Open / })
      .first()
      .click()
    await page.waitForFunction(
      (label) => document.querySelector('.graph')?.getAttribute('aria-label') !== label,
      before,
    )
    await settled()
  }
}

async function framesWhileDragging(page: Page): Promise<number> {
  const box = await page.locator('.graph').boundingBox()
  if (!box) return 0
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  const counting = page.evaluate(
    () =>
      new Promise<number>((done) => {
        const began = performance.now()
        let frames = 0
        const count = (): void => {
          frames++
          if (performance.now() - began < 2_000) requestAnimationFrame(count)
          else done(Math.round((frames * 1_000) / (performance.now() - began)))
        }
        requestAnimationFrame(count)
      }),
  )
  for (let step = 0; step < 120; step++) await page.mouse.move(x + 80 * Math.sin(step / 6), y + 60 * Math.cos(step / 6))
  const frames = await counting
  await page.mouse.up()
  return frames
}

type Ask = <T>(what: string, path: string) => Promise<T>

async function asker(url: string, cpu: () => number): Promise<Ask> {
  const { headers } = await fetch(url, { redirect: 'manual' })
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
  return async <T>(what: string, path: string): Promise<T> => {
    const before = cpu()
    const began = performance.now()
    const answer = (await (await fetch(new URL(path, url), { headers: { cookie } })).json()) as T
    report(what, `${Math.round(performance.now() - began)} ms`, cpu() - before)
    return answer
  }
}

/** What the index answers while the file is packed. */
async function indexedQuestions(url: string, cpu: () => number): Promise<void> {
  const ask = await asker(url, cpu)
  for (const q of ['u', 'us', 'user 4'])
    await ask(`with an index: search “${q}”`, `/api/search?q=${encodeURIComponent(q)}`)
  for (const [kind, question] of [
    ['user', 'access'],
    ['group', 'holders'],
  ] as const) {
    const { rows } = await ask<{ rows: { key: string }[] }>(
      `with an index: list of kind ${kind}`,
      `/api/things?kind=${kind}&limit=50&offset=100`,
    )
    for (const { key } of rows.slice(0, 2))
      await ask(`with an index: ${question}`, `/api/${question}?key=${encodeURIComponent(key)}&limit=25`)
  }
}

async function questions(url: string, cpu: () => number): Promise<void> {
  const ask = await asker(url, cpu)
  await ask('totals of the overview', '/api/totals')
  for (const q of ['u', 'us', 'user 4', 'user 47', 'zzz'])
    await ask(`search “${q}”`, `/api/search?q=${encodeURIComponent(q)}`)
  const list = async (kind: string): Promise<readonly string[]> => {
    const { rows } = await ask<{ rows: { key: string }[] }>(
      `list of kind ${kind}`,
      `/api/things?kind=${kind}&limit=50&offset=100`,
    )
    return rows.map(({ key }) => encodeURIComponent(key))
  }
  const [people, groups] = [await list('user'), await list('group')]
  for (const key of people.slice(0, 3)) await ask('a person', `/api/access?key=${key}&limit=25`)
  for (const key of groups.slice(0, 3)) await ask('who can', `/api/holders?key=${key}&limit=25`)
  await ask('history of a person', `/api/history?key=${people[0]}`)
  const { moments } = await ask<{ moments: { sync: string }[] }>('syncs', '/api/moments')
  await ask('changes between two syncs', `/api/changes?beforeSync=${moments[0]?.sync}`)
  await ask('changes, next page', `/api/changes?beforeSync=${moments[0]?.sync}&offset=50`)
  await ask('findings (in a process of their own)', '/api/findings')
}

function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Math.round(((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS)
}

function peakKb(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
}

function scriptBytes(): string {
  const assets = join(root, 'dist/src/explorer/page/assets')
  return readdirSync(assets)
    .filter((name) => name.endsWith('.js.br'))
    .map((name) => `${name.split(/[-.]/)[0]} ${(statSync(join(assets, name)).size / 1000).toFixed(1)} kB`)
    .join(', ')
}
