import type { MappingFunction } from './define.ts'
import { FUNCTIONS, REFUSED_FUNCTIONS, signatureOf } from './registry.ts'

const cellsOf = (definition: MappingFunction): readonly string[] => [
  `\`${signatureOf(definition)}\``,
  WORDS[definition.returns],
  definition.summary.replaceAll('|', '\\|'),
]

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = rows
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}

const WORDS: Readonly<Record<MappingFunction['returns'], string>> = {
  any: 'as given',
  text: 'text',
  number: 'number',
  boolean: 'True or False',
  date: 'date',
  list: 'several texts',
}

/** The table of functions for the documents. */
export const functionsDocument = (): string => `# Functions of mappings

Made from the functions themselves by \`scripts/generate.ts\`; change those, not this file. How mappings work is in [scim-configuration.md](scim-configuration.md).

Names are told apart by case. An argument in [ ] may be left out, \`…\` says that the last one, or the last pair, may come again and again; an argument may be empty: \`Switch([x], , "a", "b")\`.
Without a value in what it needs, a function has none, and the attribute is left alone.

${table([['Function', 'Gives', 'What it does'], ...[...FUNCTIONS.values()].map(cellsOf)])}

Not offered:

${Object.entries(REFUSED_FUNCTIONS)
  .map(([name, reason]) => `- \`${name}\`: ${reason}.`)
  .join('\n')}

Regular expressions of \`Replace\` and of filters are .NET's without what needs a second look at the text: no looking ahead or behind, no references back, no atomic groups. They have at most 500 characters
and are held against texts of at most 2,048. They find their match anywhere unless \`^\` and \`$\` say otherwise. They take as long as pattern and text are, never longer. \`(?i)\` at the start ignores case.
`
