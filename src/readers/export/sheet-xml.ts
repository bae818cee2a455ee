import { disarmed } from '../output/csv-line.ts'
import { cellText } from '../output/row.ts'
import type { RowForm } from '../rows/row-form.ts'

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

const INLINE_END = '</t></is></c>'
const inlineStart = (style = ''): string => `<c t="inlineStr"${style}><is><t xml:space="preserve">`

const inlineXml = (text: string, style?: string): string => inlineStart(style) + xmlText(text) + INLINE_END

/** A day is 1, counted from 30 December 1899. Source: ECMA-376, part 1, 18.17.4. */
const serialOf = (time: number): number => time / 86_400_000 + 25_569

/** Most texts that are kept, so that memory has an end; what comes later stands in its cells. */
const MOST_SHARED = 1 << 20

/** Texts that cells of any sheet name by a number, as a workbook keeps them. */
export class SharedTexts {
  readonly #numbers = new Map<string, number>()

  /** A cell that holds a text. */
  cellXml(text: string): string {
    const number = this.#numbers.get(text) ?? this.#numbers.size
    if (number === MOST_SHARED) return inlineXml(text)
    if (number === this.#numbers.size) this.#numbers.set(text, number)
    return `<c t="s"><v>${number}</v></c>`
  }

  /** The file of these texts, piece by piece. */
  *xml(): Generator<string> {
    yield `${DECLARATION}<sst xmlns="${SPREADSHEET}">`
    for (const text of this.#numbers.keys()) yield `<si><t xml:space="preserve">${xmlText(text)}</t></si>`
    yield '</sst>'
  }
}

/** What a sheet says of its columns, by their names. */
export interface SheetColumns {
  /** Those that hold times. */
  readonly times: ReadonlySet<string>
  /** Those of which hardly any text comes twice: it stands in its cell. @default none */
  readonly unique?: ReadonlySet<string>
}

/** Rows as XML of a sheet. */
export function sheetForm(shared: SharedTexts, { times, unique }: SheetColumns): RowForm {
  return {
    ...{ start: '<row>', end: '</row>', open: inlineStart(), close: INLINE_END },
    lead: () => '',
    value(cell, name) {
      if (typeof cell === 'number') return `<c><v>${cell}</v></c>`
      if (typeof cell === 'boolean') return `<c t="b"><v>${Number(cell)}</v></c>`
      const time = typeof cell === 'string' && times.has(name) ? Date.parse(cell) : Number.NaN
      if (!Number.isNaN(time)) return `<c s="${TIME_STYLE}"><v>${serialOf(time)}</v></c>`
      const text = disarmed(cellText(cell))
      if (text === '') return '<c/>'
      return unique?.has(name) === true ? inlineXml(text) : shared.cellXml(text)
    },
    part: (text) =>
      text.length < MOST_LETTERS / 2 && text.isWellFormed() && disarmed(text) === text ? xmlText(text) : undefined,
  }
}

/** A sheet up to its rows: the head stays in view, and columns are wide enough to be read. */
export const sheetStart = (names: readonly string[]): string =>
  `${DECLARATION}<worksheet xmlns="${SPREADSHEET}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="${names.length}" width="22" customWidth="1"/></cols><sheetData><row>${names.map((name) => inlineXml(name, ` s="${HEAD_STYLE}"`)).join('')}</row>`

export const SHEET_END = '</sheetData></worksheet>'

/** Where a workbook keeps its shared texts. */
export const SHARED_TEXTS = 'xl/sharedStrings.xml'

/** The files of a workbook besides its sheets and shared texts, by their paths. */
export function workbookFiles(sheets: number): ReadonlyMap<string, string> {
  const numbers = Array.from({ length: sheets }, (_, i) => i + 1)
  const type = (part: string, name: string): string =>
    `<Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${name}+xml"/>`
  return new Map([
    [
      '[Content_Types].xml',
      `${DECLARATION}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${type('xl/workbook.xml', 'sheet.main')}${type('xl/styles.xml', 'styles')}${type(SHARED_TEXTS, 'sharedStrings')}${numbers.map((n) => type(`xl/worksheets/sheet${n}.xml`, 'worksheet')).join('')}</Types>`,
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
      `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships">${numbers.map((n) => `<Relationship Id="rId${n}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}<Relationship Id="rId${sheets + 1}" Type="${RELATIONS}/styles" Target="styles.xml"/><Relationship Id="rId${sheets + 2}" Type="${RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    ],
    [
      'xl/styles.xml',
      `${DECLARATION}<styleSheet xmlns="${SPREADSHEET}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
    ],
  ])
}
