import { writeFileSync, appendFileSync } from 'node:fs'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { escapeHtml } from '../../../sdk/text/html.ts'
import { memberIds, type PlanStep } from '../../plan/plan-document.ts'
import type { PlanView } from './plan-text.ts'
import { costWords, planWords, skippedWords } from './words.ts'

/**
 * Writes a plan as one page for the person who approves it: searchable, with every change and its reason. It loads nothing from anywhere, and
 * only its owner may read it.
 *
 * Errors: `invalid-argument` where the file cannot be written.
 */
export function writePlanHtml(path: string, view: PlanView, at: Date): void {
  let piece = head(view, at)
  const flush = (): void => {
    appendFileSync(path, piece)
    piece = ''
  }
  try {
    writeFileSync(path, '', { mode: 0o600 })
    for (const operation of view.steps()) {
      piece += row(operation)
      if (piece.length > 1_000_000) flush()
    }
    piece += FOOT
    flush()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw new ConnectorError('invalid-argument', 'write the plan', `${path} cannot be written (${code})`, error)
  }
}

function head({ target, source, summary, notes, conflicts }: PlanView, at: Date): string {
  const skipped = skippedWords(summary.skipped)
  const lines = [...notes, ...(skipped === undefined ? [] : [skipped])]
  const items = [
    ...lines.map((line) => `<li>${escapeHtml(line)}</li>`),
    ...conflicts.map(({ kind, name, detail }) => `<li class="bad">${escapeHtml(`${kind} ${name}: ${detail}`)}</li>`),
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Provisioning plan</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<style>${STYLE}</style></head><body>
<h1>${escapeHtml(planWords(summary))}</h1>
<p>From ${escapeHtml(source)} to ${escapeHtml(target)}, planned ${escapeHtml(at.toISOString())}: ${escapeHtml(costWords(summary))}.</p>
<ul>${items.join('\n')}</ul>
<p><label>Search <input id="search" type="search" autofocus></label> <span id="count"></span></p>
<table><thead><tr><th>Action</th><th>Object</th><th>Reason</th><th>Changes</th></tr></thead><tbody id="rows">
`
}

const STATES = { planned: '', held: ' (held back)', staged: ' (waits)' } as const

function row(step: PlanStep): string {
  const { action, kind, name, reason, state, changes, memberCount } = step
  const lines = [
    ...changes().map(({ path, before, after }) => {
      const old = before === undefined ? '' : `<del>${escapeHtml(String(before))}</del> `
      return `${escapeHtml(path)}: ${old}${after === undefined ? '' : `<ins>${escapeHtml(String(after))}</ins>`}`
    }),
    ...(memberCount > 0 ? memberIds(step) : []).map((id) =>
      action === 'add-members' ? `<ins>${escapeHtml(id)}</ins>` : `<del>${escapeHtml(id)}</del>`,
    ),
  ]
  const detail =
    lines.length > 12
      ? `<details><summary>${lines.length}</summary>${lines.join('<br>')}</details>`
      : lines.join('<br>')
  return `<tr class="${action} ${state}"><td>${action}${STATES[state]}</td><td>${kind} ${escapeHtml(name)}</td><td>${escapeHtml(reason)}</td><td>${detail}</td></tr>\n`
}

const STYLE = `
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;color:#1c1f24;background:#fff}
h1{font-size:1.4rem}input{font:inherit;padding:.2rem .5rem;width:22rem;max-width:100%}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #ddd;overflow-wrap:anywhere}
ins{text-decoration:none;background:#d9f5dd}del{background:#fbdcdc}.bad{color:#a40000}
tr.delete td:first-child,tr.disable td:first-child{color:#a40000;font-weight:600}
@media(prefers-color-scheme:dark){body{background:#15181c;color:#e4e6ea}td,th{border-color:#333}ins{background:#174d22}del{background:#5c1f1f}.bad,tr.delete td:first-child,tr.disable td:first-child{color:#ff9a9a}}
`

const FOOT = `</tbody></table>
<script>
const rows = [...document.getElementById('rows').rows]
const texts = rows.map((row) => row.textContent.toLowerCase())
const count = document.getElementById('count')
const show = (wanted) => {
  let shown = 0
  rows.forEach((row, i) => { row.hidden = !texts[i].includes(wanted); if (!row.hidden) shown++ })
  count.textContent = shown + ' of ' + rows.length
}
document.getElementById('search').addEventListener('input', (event) => show(event.target.value.toLowerCase()))
show('')
</script></body></html>
`
