import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { CommandOutput } from '../../sdk/cli/command.ts'
import { inPieces } from '../../sdk/cli/output/in-pieces.ts'
import { escapeHtml, jsonForScript } from '../../sdk/text/html.ts'
import { printable } from '../../sdk/text/printable.ts'
import { endOfSync } from '../file/open-files.ts'
import { keyOf, type Thing } from '../model/thing.ts'
import type { Chart } from './charts.ts'
import { REVIEW_COLUMNS } from './review-csv.ts'
import { bidOf, type Review, type ReviewedEntitlement } from './review.ts'

/** What the page says of itself. */
export interface PageFacts {
  readonly tenant: string
  readonly file: string
  /** What is known of effective access. */
  readonly expansion: string
  readonly jewels: readonly string[]
  readonly madeAt: Date
}

/** Most names of what an entitlement opens that the page holds for each. */
const MOST_OPENED = 200

/**
 * Writes a review as one page that works offline: it loads nothing, and its policy forbids it to. Names are data of a script that sets them as
 * text.
 */
export function writeReviewPage(
  output: CommandOutput,
  review: Review,
  charts: readonly Chart[],
  facts: PageFacts,
): void {
  const pieces = inPieces(output)
  const [style, chart, script] = [readPart('page.css'), chartLibrary(), readPart('page.js')]
  pieces.write(head(facts, style, [chart, script]))
  pieces.write(bodyHtml(review, charts, facts))
  writeData(pieces, review, charts, facts)
  pieces.write(`<script>${chart}</script>\n<script>${script}</script>\n</body></html>\n`)
  pieces.end()
}

const readPart = (name: string): string => readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8')

/** The library as one script; its map stays where it is. */
function chartLibrary(): string {
  const folder = dirname(createRequire(import.meta.url).resolve('chart.js'))
  return readFileSync(join(folder, 'chart.umd.min.js'), 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

function head({ tenant }: PageFacts, style: string, scripts: readonly string[]): string {
  const policy = `default-src 'none'; base-uri 'none'; form-action 'none'; style-src ${hashOf(style)}; script-src ${scripts.map(hashOf).join(' ')}`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Access review of ${escapeHtml(printable(tenant))}</title>
<style>${style}</style></head><body>
`
}

function bodyHtml({ view, rows, people }: Review, charts: readonly Chart[], facts: PageFacts): string {
  const said = (text: string): string => escapeHtml(printable(text))
  return `<h1>Access review of <bdi>${said(facts.tenant)}</bdi></h1>
<p>${rows.length.toLocaleString('en-US')} grants, ${people.length.toLocaleString('en-US')} people. Sync ${said(view.sync.syncId)} of ${said(endOfSync(view.sync))}, file <bdi>${said(facts.file)}</bdi>; page made ${facts.madeAt.toISOString()}.</p>
<p>What is listed is what everybody holds themselves; what it opens is decided with it (${said(facts.expansion)}). ★ marks crown jewels: <bdi>${said(facts.jewels.join(', '))}</bdi>.</p>
<p id="warning" role="alert" hidden></p>
<details open><summary>Charts</summary><div class="charts">${charts.map(chartHtml).join('')}</div></details>
<form class="choices" autocomplete="off">
${field('search', 'Search', '<input id="search" type="search" placeholder="name, address, group, what it opens">')}
${choice('decision', 'Decision', { '': 'all', '.': 'open', k: 'keep', r: 'revoke' })}
${choice('who', 'Who', { '': 'all', people: 'people', others: 'groups and others' })}
${choice('status', 'State', { '': 'all' })}
${choice('type', 'Holds', { '': 'all' })}
${choice('sort', 'Order', { '': 'crown jewels first', who: 'who', holds: 'what is held', until: 'until', login: 'last sign-in', decision: 'decision' })}
<label class="inline"><input id="jewels" type="checkbox"> crown jewels only</label>
<output id="found"></output>
</form>
<div class="head" aria-hidden="true"><span>Who</span><span>State</span><span>Holds</span><span>Opens</span><span>Decision</span><span>Note</span><span>Reviewer, date</span></div>
<div id="list" role="grid" tabindex="0" aria-label="Grants to decide"><div id="space"></div><div id="rows" role="rowgroup"></div></div>
<p class="help">In the list: <kbd>↑</kbd> <kbd>↓</kbd> <kbd>Page</kbd> <kbd>Home</kbd> <kbd>End</kbd> move, <kbd>k</kbd> keeps, <kbd>r</kbd> revokes, <kbd>u</kbd> takes a decision back, <kbd>n</kbd> writes a note.</p>
<div class="actions">
${field('reviewer', 'Reviewer', '<input id="reviewer" autocomplete="name" maxlength="200">')}
<button id="keep-shown" type="button">Keep all that are shown and open</button>
<button id="clear-shown" type="button">Take back all that are shown</button>
<button id="export" type="button">Export decisions</button>
<button id="export-all" type="button">Export all rows</button>
<progress id="bar" max="1" aria-label="Decided"></progress> <output id="progress"></output>
</div>
<p>Decisions are kept in this browser alone, until you export them. <code>apply --from decisions.csv</code> carries out what is revoked.</p>
`
}

const field = (id: string, label: string, input: string): string =>
  `<div class="field"><label for="${id}">${label}</label>${input}</div>`

const choice = (id: string, label: string, options: Readonly<Record<string, string>>): string =>
  field(
    id,
    label,
    `<select id="${id}">${Object.entries(options)
      .map(([value, text]) => `<option value="${value}">${text}</option>`)
      .join('')}</select>`,
  )

/** A chart, and the same numbers as a table for whoever does not see it. */
function chartHtml({ id, title, labels, series }: Chart): string {
  const heading = `<tr><th></th>${series.map(({ name }) => `<th>${escapeHtml(name)}</th>`).join('')}</tr>`
  const rows = labels.map(
    (label, i) =>
      `<tr><th>${escapeHtml(printable(label))}</th>${series.map(({ values }) => `<td>${values[i] ?? 0}</td>`).join('')}</tr>`,
  )
  const shown =
    labels.length === 0
      ? '<p>The file says nothing of it.</p>'
      : `<div class="plot"><canvas id="chart-${id}" role="img" aria-label="${escapeHtml(title)}"></canvas></div>`
  return `<figure>${shown}<figcaption><details><summary>${escapeHtml(title)}: numbers</summary><table>${heading}${rows.join('')}</table></details></figcaption></figure>`
}

/** The rows as numbers of things and entitlements, so that a name stands in the page once. */
function writeData(
  pieces: { write(text: string): void },
  review: Review,
  charts: readonly Chart[],
  facts: PageFacts,
): void {
  const things = new Numbers<Thing>(({ id }) => keyOf(id))
  const entitlements = new Numbers<ReviewedEntitlement>(({ on, slug }) => `${keyOf(on.id)}\0${slug}`)
  const hash = createHash('sha256').update(`${facts.tenant}\0${review.view.sync.syncId}`)
  const flat: string[] = []
  for (const { principal, entitlement, until } of review.rows) {
    flat.push(`${things.of(principal)},${entitlements.of(entitlement)},${until?.getTime() ?? 0}`)
    hash.update(`\0${keyOf(principal.id)}\0${keyOf(entitlement.on.id)}\0${entitlement.slug}`)
  }
  const held = entitlements.all.map(({ on, slug, opens, isJewel }) => [
    things.of(on),
    printable(slug),
    opens.slice(0, MOST_OPENED).map((thing) => things.of(thing)),
    isJewel ? 1 : 0,
  ])
  const known = things.all.map((thing) => [
    ...[thing.name, thing.email, thing.status, thing.lastLoginAt?.toISOString() ?? '', thing.id.type].map(printable),
    thing.kind,
    bidOf(thing),
  ])
  const plainCharts = charts.map((chart) => ({ ...chart, labels: chart.labels.map(printable) }))
  const first = { key: `access-review/${hash.digest('hex')}`, columns: REVIEW_COLUMNS, charts: plainCharts }
  pieces.write(`<script type="application/json" id="data">${jsonForScript(first).slice(0, -1)}`)
  pieces.write(',"things":[')
  for (const [i, each] of known.entries()) pieces.write(`${i === 0 ? '' : ','}${jsonForScript(each)}`)
  pieces.write('],"entitlements":[')
  for (const [i, each] of held.entries()) pieces.write(`${i === 0 ? '' : ','}${jsonForScript(each)}`)
  pieces.write('],"rows":[')
  for (const [i, each] of flat.entries()) pieces.write(`${i === 0 ? '' : ','}${each}`)
  pieces.write(']}</script>\n')
}

/** Gives each value a number, in the order of asking. */
class Numbers<T> {
  readonly all: T[] = []
  readonly #numbers = new Map<string, number>()
  readonly #keyOf: (value: T) => string

  constructor(keyOfValue: (value: T) => string) {
    this.#keyOf = keyOfValue
  }

  of(value: T): number {
    const key = this.#keyOf(value)
    const found = this.#numbers.get(key)
    if (found !== undefined) return found
    this.#numbers.set(key, this.all.length)
    return this.all.push(value) - 1
  }
}
