/** Cells of a table's row by the heading of their column. */
export type Row = Readonly<Record<string, string>>

const cellsOf = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

/** Rows of the first table of a Markdown text that has a column of this heading; empty where there is none. */
export function rowsOf(markdown: string, heading: string): readonly Row[] {
  const lines = markdown.split('\n')
  const start = lines.findIndex((line) => line.startsWith('|') && cellsOf(line).includes(heading))
  if (start < 0) return []
  const names = cellsOf(lines[start] ?? '')
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'))
  return lines
    .slice(start + 2, end < 0 ? undefined : end)
    .map((line) => Object.fromEntries(cellsOf(line).map((cell, column) => [names[column] ?? '', cell])))
}

/** Texts between single backticks, in their order. */
export const codeIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')

/** A fenced block: the word behind its first fence, and its lines, each with its line end. */
export interface Block {
  readonly language: string
  readonly text: string
}

/** Fenced blocks that begin at the start of a line, in their order. */
export const blocksIn = (markdown: string): readonly Block[] =>
  [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
  }))

/** A chapter of the second level, from its heading to the next one. Empty where there is none. */
export function chapterOf(markdown: string, heading: string): string {
  const start = markdown.indexOf(`\n## ${heading}\n`)
  if (start < 0) return ''
  const end = markdown.indexOf('\n## ', start + 1)
  return markdown.slice(start, end < 0 ? undefined : end)
}
