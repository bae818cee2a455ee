// Runs in the browser of whoever reviews, from the page itself: no module, nothing from outside. Names are set as text, never as markup.
'use strict'
const $ = (id) => document.getElementById(id)
const data = JSON.parse($('data').textContent)
const [NAME, EMAIL, STATUS, LOGIN, TYPE, KIND, BID] = [0, 1, 2, 3, 4, 5, 6]
const ROW_HEIGHT = 44
/** Browsers draw nothing beyond some 17 million pixels. */
const MOST_PIXELS = 8_000_000
const [OPEN, KEEP, REVOKE] = ['.', 'k', 'r']
const WORDS = { [OPEN]: '', [KEEP]: 'keep', [REVOKE]: 'revoke' }
const count = data.rows.length / 3
const thingOf = (row) => data.things[data.rows[row * 3]]
const heldOf = (row) => data.entitlements[data.rows[row * 3 + 1]]
const untilOf = (row) => data.rows[row * 3 + 2]
const onOf = (row) => data.things[heldOf(row)[0]]
const holdsText = (row) => {
  const [on, slug] = [onOf(row), heldOf(row)[1]]
  const usual = ['member', 'access', 'assigned'].includes(slug)
  return on[TYPE].replace(/[_-]+/g, ' ') + ' ' + on[NAME] + (usual ? '' : ' (' + slug + ')')
}
const opensNames = (row) => heldOf(row)[2].map((thing) => data.things[thing][NAME])
const dayOf = (time) => (time ? new Date(time).toISOString().slice(0, 10) : '')

// Decisions: a letter for each row, and who decided when as a number for each; kept in this browser under the key of this review.
const state = {
  decisions: Array.from({ length: count }, () => OPEN),
  by: Array.from({ length: count }, () => 0),
  sessions: [['', '']],
  notes: {},
}

function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(data.key) ?? 'null')
    if (kept === null || kept.decisions.length !== count) return
    state.decisions = [...kept.decisions]
    state.by = [...kept.by].map((letter) => letter.codePointAt(0) - 33)
    state.sessions = kept.sessions
    state.notes = kept.notes
  } catch {
    warn('What was decided earlier cannot be read in this browser. Export your decisions before you close the page.')
  }
}

let saving
function save() {
  clearTimeout(saving)
  saving = undefined
  try {
    const by = state.by.map((number) => String.fromCodePoint(33 + number)).join('')
    localStorage.setItem(data.key, JSON.stringify({ ...state, decisions: state.decisions.join(''), by }))
  } catch {
    warn('Decisions cannot be kept in this browser. Export them before you close the page.')
  }
}
function saveSoon() {
  saving ??= setTimeout(save, 200)
}

function warn(text) {
  $('warning').textContent = text
  $('warning').hidden = false
}

function sessionNumber() {
  const session = [$('reviewer').value.trim(), new Date().toISOString().slice(0, 10)]
  const found = state.sessions.findIndex(([name, date]) => name === session[0] && date === session[1])
  return found >= 0 ? found : state.sessions.push(session) - 1
}

function decide(rows, decision) {
  const session = decision === OPEN ? 0 : sessionNumber()
  for (const row of rows) {
    state.decisions[row] = decision
    state.by[row] = session
  }
  saveSoon()
  tellProgress()
}

// Which rows are shown.
let shown = []
const haystack = (texts) => texts.join('\n').toLowerCase()
const thingTexts = data.things.map((thing) => haystack([thing[NAME], thing[EMAIL], thing[STATUS], thing[TYPE]]))
const heldTexts = data.entitlements.map(([on, slug, opens]) =>
  haystack([thingTexts[on], slug, ...opens.map((thing) => data.things[thing][NAME])]),
)

function choose() {
  const words = $('search').value.toLowerCase().split(/\s+/).filter(Boolean)
  const hits = words.map((word) => [
    thingTexts.map((text) => text.includes(word)),
    heldTexts.map((text) => text.includes(word)),
  ])
  const [decision, status, type, who] = ['decision', 'status', 'type', 'who'].map((id) => $(id).value)
  const onlyJewels = $('jewels').checked
  const rows = []
  for (let row = 0; row < count; row++) {
    const [person, held] = [data.rows[row * 3], data.rows[row * 3 + 1]]
    const thing = data.things[person]
    if (decision !== '' && state.decisions[row] !== decision) continue
    if (status !== '' && thing[STATUS] !== status) continue
    if (type !== '' && data.things[data.entitlements[held][0]][TYPE] !== type) continue
    if (who !== '' && (thing[KIND] === 'user') !== (who === 'people')) continue
    if (onlyJewels && !data.entitlements[held][3]) continue
    if (hits.every(([people, entitlements]) => people[person] || entitlements[held])) rows.push(row)
  }
  sortRows(rows)
  shown = rows
  active = 0
  scroller.scrollTop = 0
  $('found').textContent = shown.length.toLocaleString('en') + ' of ' + count.toLocaleString('en') + ' shown'
  layOut()
}

const SORTS = {
  who: (row) => thingOf(row)[NAME] + '\n' + thingOf(row)[EMAIL],
  holds: (row) => onOf(row)[NAME] + '\n' + heldOf(row)[1],
  until: (row) => (untilOf(row) ? new Date(untilOf(row)).toISOString() : '~'),
  login: (row) => thingOf(row)[LOGIN] || '0',
  decision: (row) => state.decisions[row],
}
function sortRows(rows) {
  const textOf = SORTS[$('sort').value]
  if (!textOf) return
  const texts = new Map(rows.map((row) => [row, textOf(row)]))
  rows.sort((a, b) => (texts.get(a) < texts.get(b) ? -1 : texts.get(a) > texts.get(b) ? 1 : a - b))
}

// The list draws only the rows that are in sight.
const scroller = $('list')
const body = $('rows')
let active = 0
const pixels = () => Math.min(shown.length * ROW_HEIGHT, MOST_PIXELS)
const inSight = () => Math.ceil(scroller.clientHeight / ROW_HEIGHT)

function layOut() {
  $('space').style.height = pixels() + 'px'
  scroller.setAttribute('aria-rowcount', String(shown.length))
  draw()
}

function firstInSight() {
  const most = Math.max(0, shown.length - inSight() + 1)
  const room = pixels() - scroller.clientHeight
  return room <= 0 ? 0 : Math.min(most, Math.round((scroller.scrollTop / room) * most))
}

function draw() {
  const first = firstInSight()
  const last = Math.min(shown.length, first + inSight() + 1)
  body.style.transform = 'translateY(' + scroller.scrollTop + 'px)'
  body.replaceChildren(...shown.slice(first, last).map((row, i) => rowElement(row, first + i)))
  const chosen = $('row-' + active)
  if (chosen) scroller.setAttribute('aria-activedescendant', chosen.id)
  else scroller.removeAttribute('aria-activedescendant')
}

function element(tag, className, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

function cell(className, text, more) {
  const made = element('div', className)
  made.setAttribute('role', 'gridcell')
  made.append(element('bdi', '', text))
  if (more) made.append(element('bdi', 'more', more))
  return made
}

function rowElement(row, place) {
  const [thing, decision] = [thingOf(row), state.decisions[row]]
  const made = element('div', 'row ' + WORDS[decision] + (place === active ? ' active' : ''))
  made.id = 'row-' + place
  made.setAttribute('role', 'row')
  made.setAttribute('aria-rowindex', String(place + 1))
  made.setAttribute('aria-selected', String(place === active))
  made.dataset.place = String(place)
  const opens = opensNames(row)
  const jewel = heldOf(row)[3] ? '★ ' : ''
  const [name, date] = state.sessions[state.by[row]] ?? ['', '']
  const opened = cell('opens', opens.length === 0 ? '' : opens.length + ': ' + opens.slice(0, 3).join(', '))
  opened.title = opens.slice(0, 50).join('\n')
  made.append(
    cell('who', thing[NAME], thing[EMAIL] || (thing[KIND] === 'user' ? '' : thing[TYPE])),
    cell('status', thing[STATUS], thing[LOGIN] ? 'seen ' + dayOf(thing[LOGIN]) : ''),
    cell('holds', jewel + holdsText(row), untilOf(row) ? 'until ' + dayOf(untilOf(row)) : ''),
    opened,
    decisionCell(row, place, decision),
    noteCell(row),
    cell('by', name, date),
  )
  return made
}

function decisionCell(row, place, decision) {
  const made = element('div', 'decision')
  made.setAttribute('role', 'gridcell')
  for (const [value, word] of [
    [KEEP, 'Keep'],
    [REVOKE, 'Revoke'],
  ]) {
    const button = element('button', value === decision ? 'on' : '', word)
    button.type = 'button'
    button.tabIndex = -1
    button.setAttribute('aria-pressed', String(value === decision))
    button.addEventListener('click', () => {
      active = place
      decide([row], value === state.decisions[row] ? OPEN : value)
      draw()
      scroller.focus({ preventScroll: true })
    })
    made.append(button)
  }
  return made
}

function noteCell(row) {
  const made = element('div', 'note')
  made.setAttribute('role', 'gridcell')
  const input = element('input')
  input.value = state.notes[row] ?? ''
  input.tabIndex = -1
  input.maxLength = 2000
  input.setAttribute('aria-label', 'Note on ' + thingOf(row)[NAME])
  input.addEventListener('input', () => {
    if (input.value === '') delete state.notes[row]
    else state.notes[row] = input.value
    saveSoon()
  })
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === 'Escape') scroller.focus({ preventScroll: true })
    event.stopPropagation()
  })
  made.append(input)
  return made
}

function move(to) {
  active = Math.max(0, Math.min(shown.length - 1, to))
  const [first, sight] = [firstInSight(), Math.max(1, inSight() - 1)]
  const most = Math.max(1, shown.length - inSight() + 1)
  const wanted = active < first ? active : active >= first + sight ? active - sight + 1 : first
  if (wanted !== first) scroller.scrollTop = (wanted / most) * (pixels() - scroller.clientHeight)
  draw()
}

const STEPS = {
  ArrowDown: () => active + 1,
  ArrowUp: () => active - 1,
  PageDown: () => active + inSight() - 1,
  PageUp: () => active - inSight() + 1,
  Home: () => 0,
  End: () => shown.length - 1,
}
const KEYS = { k: KEEP, r: REVOKE, u: OPEN, Delete: OPEN }

scroller.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || shown.length === 0) return
  const step = STEPS[event.key]
  const decision = KEYS[event.key]
  if (step) move(step())
  else if (decision !== undefined) {
    decide([shown[active]], decision)
    move(active + (decision === OPEN ? 0 : 1))
  } else if (event.key === 'n' || event.key === 'Enter') {
    move(active)
    $('row-' + active)
      ?.querySelector('input')
      ?.focus()
  } else return
  event.preventDefault()
})
scroller.addEventListener('scroll', () => requestAnimationFrame(draw), { passive: true })
addEventListener('resize', layOut)

function tellProgress() {
  const decided = state.decisions.reduce((all, decision) => (decision === OPEN ? all : all + 1), 0)
  const revoked = state.decisions.reduce((all, decision) => (decision === REVOKE ? all + 1 : all), 0)
  $('progress').textContent =
    decided.toLocaleString('en') +
    ' of ' +
    count.toLocaleString('en') +
    ' decided, ' +
    revoked.toLocaleString('en') +
    ' to revoke'
  $('bar').value = count === 0 ? 1 : decided / count
}

// CSV, as RFC 4180 and as no spreadsheet runs it.
const FORMULA = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/
function csvLine(texts) {
  const cells = texts
    .map((text) => (FORMULA.test(text) && !/^[+-]?\d+(?:\.\d+)?$/.test(text) ? "'" + text : text))
    .map((text) => (/[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text))
  return cells.join(',') + '\r\n'
}
function csvRow(row) {
  const [thing, [name, date]] = [thingOf(row), state.sessions[state.by[row]] ?? ['', '']]
  const until = untilOf(row) ? new Date(untilOf(row)).toISOString() : ''
  const mine = [WORDS[state.decisions[row]], name, date, state.notes[row] ?? '']
  const facts = [
    thing[NAME],
    thing[EMAIL],
    thing[STATUS],
    thing[LOGIN],
    holdsText(row),
    opensNames(row).join('; '),
    until,
  ]
  return csvLine([...mine, ...facts, heldOf(row)[3] ? 'yes' : '', onOf(row)[BID], thing[BID], heldOf(row)[1]])
}
function exportCsv(isWanted, name) {
  const parts = ['\ufeff', csvLine(data.columns)]
  for (let row = 0; row < count; row++) if (isWanted(row)) parts.push(csvRow(row))
  const link = element('a')
  link.href = URL.createObjectURL(new Blob(parts, { type: 'text/csv' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

function fill(id, values) {
  for (const value of [...new Set(values)].filter(Boolean).sort(byText)) {
    const option = element('option', '', value)
    option.value = value
    $(id).append(option)
  }
}

function drawCharts() {
  const color = getComputedStyle(document.body).color
  const colors = ['#3b6fd4', '#d97b29', '#2f9468']
  Chart.defaults.color = color
  Chart.defaults.animation = false
  const charts = []
  for (const { id, title, labels, series } of data.charts) {
    if (labels.length === 0) continue
    charts.push(
      new Chart($('chart-' + id), {
        type: id === 'growth' ? 'line' : 'bar',
        data: {
          labels,
          datasets: series.map(({ name, values }, i) => ({
            label: name,
            data: values,
            borderColor: colors[i],
            backgroundColor: colors[i],
          })),
        },
        options: {
          maintainAspectRatio: false,
          plugins: { title: { display: true, text: title }, legend: { display: series.length > 1 } },
          scales: { y: { beginAtZero: true, ticks: { precision: 0 } } },
        },
      }),
    )
  }
}

fill(
  'status',
  data.things.map((thing) => thing[STATUS]),
)
fill(
  'type',
  data.entitlements.map(([on]) => data.things[on][TYPE]),
)
load()
$('reviewer').value = state.sessions.at(-1)?.[0] ?? ''
let typing
$('search').addEventListener('input', () => {
  clearTimeout(typing)
  typing = setTimeout(choose, count > 20_000 ? 150 : 0)
})
for (const id of ['decision', 'status', 'type', 'who', 'sort', 'jewels']) $(id).addEventListener('change', choose)
$('keep-shown').addEventListener('click', () => {
  decide(
    shown.filter((row) => state.decisions[row] === OPEN),
    KEEP,
  )
  draw()
})
$('clear-shown').addEventListener('click', () => {
  decide(shown, OPEN)
  draw()
})
$('export').addEventListener('click', () => exportCsv((row) => state.decisions[row] !== OPEN, 'decisions.csv'))
$('export-all').addEventListener('click', () => exportCsv(() => true, 'access-review.csv'))
addEventListener('pagehide', save)
document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && save())
tellProgress()
choose()
drawCharts()
