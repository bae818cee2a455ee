/** What something is called, and what it is. */
export type Row = readonly [term: string, text: string]

/** A term that is wider has its text below it. */
const WIDEST_TERM = 34

/** Two columns: terms behind an indent of two, and texts beside them, folded at `columns`. */
export function tableLines(rows: readonly Row[], columns: number): readonly string[] {
  const width = Math.min(WIDEST_TERM, Math.max(0, ...rows.map(([term]) => term.length)))
  const indent = ' '.repeat(width + 4)
  return rows.flatMap(([term, text]) => {
    const lines = wrapped(text, columns - indent.length)
    if (term.length > width) return [`  ${term}`, ...lines.map((line) => indent + line)]
    const [first = '', ...more] = lines
    return [`  ${term.padEnd(width)}  ${first}`.trimEnd(), ...more.map((line) => indent + line)]
  })
}

/** Text in lines of at most `columns` characters, broken between words; a longer word stands alone. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}
