import { disarmed } from '../output/csv-line.ts'
import { type Cell, cellText } from '../output/row.ts'

/** Most rows of a sheet, its head among them. Source: Excel specifications and limits. */
export const MOST_SHEET_ROWS = 1_048_576

/** Most letters of a cell. Source: Excel specifications and limits. */
const MOST_LETTERS = 32_767

const SPREADSHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

/** Numbers of the formats in `stylesXml`. */
const [TIME_STYLE, HEAD_STYLE] = [1, 2] as const

// oxlint-disable-next-line no-control-regex -- XML allows none of these
const SPECIAL = /[&<>\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** A text inside an element: without what XML cannot hold, and not longer than a cell may be. */
function xmlText(text: string): string {
  const short = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text
  return short.toWellFormed().replaceAll(SPECIAL, (letter) => NAMED[letter] ?? '\ufffd')
}

const textCellXml = (text: string, style = ''): string =>
  text === '' ? '<c/>' : `<c t="inlineStr"${style}><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`

/** A day is 1, counted from 30 December 1899. Source: ECMA-376, part 1, 18.17.4. */
const serialOf = (time: number): number => time / 86_400_000 + 25_569

function cellXml(cell: Cell, isTime: boolean): string {
  if (typeof cell === 'number') return `<c><v>${cell}</v></c>`
  if (typeof cell === 'boolean') return `<c t="b"><v>${Number(cell)}</v></c>`
  const time = isTime && typeof cell === 'string' ? Date.parse(cell) : Number.NaN
  return Number.isNaN(time)
    ? textCellXml(disarmed(cellText(cell)))
    : `<c s="${TIME_STYLE}"><v>${serialOf(time)}</v></c>`
}

/** One row of a sheet. `isTime` says of each column whether it holds times. */
export const rowXml = (cells: readonly Cell[], isTime: readonly boolean[]): string =>
  `<row>${cells.map((cell, i) => cellXml(cell, isTime[i] === true)).join('')}</row>`

/** A sheet up to its rows: the head stays in view, and columns are wide enough to be read. */
export const sheetStart = (names: readonly string[]): string =>
  `${DECLARATION}<worksheet xmlns="${SPREADSHEET}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="${names.length}" width="22" customWidth="1"/></cols><sheetData><row>${names.map((name) => textCellXml(name, ` s="${HEAD_STYLE}"`)).join('')}</row>`

export const SHEET_END = '</sheetData></worksheet>'

/** The files of a workbook besides its sheets, by their paths. */
export function workbookFiles(sheets: number): ReadonlyMap<string, string> {
  const numbers = Array.from({ length: sheets }, (_, i) => i + 1)
  const type = (part: string, name: string): string =>
    `<Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${name}+xml"/>`
  return new Map([
    [
      '[Content_Types].xml',
      `${DECLARATION}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${type('xl/workbook.xml', 'sheet.main')}${type('xl/styles.xml', 'styles')}${numbers.map((n) => type(`xl/worksheets/sheet${n}.xml`, 'worksheet')).join('')}</Types>`,
    ],
    [
      '_rels/.rels',
      `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `${DECLARATION}<workbook xmlns="${SPREADSHEET}" xmlns:r="${RELATIONS}"><sheets>${numbers.map((n) => `<sheet name="Access${n === 1 ? '' : ` ${n}`}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships">${numbers.map((n) => `<Relationship Id="rId${n}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}<Relationship Id="rId${sheets + 1}" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
    ],
    [
      'xl/styles.xml',
      `${DECLARATION}<styleSheet xmlns="${SPREADSHEET}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
    ],
  ])
}
