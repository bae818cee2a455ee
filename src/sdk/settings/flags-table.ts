import type { Field } from './field.ts'
import { envNameOf, mayComeFrom } from './field.ts'
import { withSecretFiles } from './secret-file.ts'

/** `docs/flags.md`: every setting with its flag, variable, key in the config file, default and meaning. */
export function flagsDocument(fields: readonly Field[]): string {
  const table = [['Flag', 'Variable', 'Config key', 'Default', 'Meaning'], ...withSecretFiles(fields).map(cellsOf)]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)))
  const [head, ...rows] = table.map((cells) => rowOf(cells.map((cell, i) => cell.padEnd(widths[i] ?? 0))))
  return `# Settings

Made from the field tables by \`scripts/generate.ts\`; change those, not this file.

A setting comes from its flag, else its variable, else the config file (\`--config\`, \`BATON_CONFIG_PATH\`, \`./.baton.yaml\`), else its default.
Lists are comma-separated; a flag may be repeated, and the config file may hold a sequence. An empty variable counts as unset.
An unknown flag or an unknown key of the config file is an error. An unknown variable that begins with \`BATON_\` brings one warning in
the log, because one environment often serves several connectors.
A secret may also come from a file: its \`-file\` flag or variable, or a file of its name in \`$CREDENTIALS_DIRECTORY\`. Given twice, it is an error.

${head}
${rowOf(widths.map((width) => '-'.repeat(width)))}
${rows.join('\n')}
`
}

const rowOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function cellsOf(field: Field): readonly string[] {
  const shorthand = field.shorthand === undefined ? '' : `, \`-${field.shorthand}\``
  const variables = mayComeFrom(field, 'env')
    ? [envNameOf(field), ...(field.fallbackEnv === undefined ? [] : [field.fallbackEnv])]
    : []
  const isCertain = field.required === true ? 'required' : ''
  return [
    mayComeFrom(field, 'flag') ? `\`--${field.name}\`${shorthand}` : '',
    variables.map((name) => `\`${name}\``).join(', then '),
    mayComeFrom(field, 'file') ? `\`${field.name}\`` : '',
    'default' in field && field.default !== undefined ? `\`${field.default}\`` : isCertain,
    `${field.description}${limitsOf(field)}`.replaceAll('|', '\\|').replaceAll('<', '&lt;'),
  ]
}

function limitsOf(field: Field): string {
  if (field.kind === 'int') return ` (${field.min}–${field.max})`
  if (field.kind === 'string-list') return ' (list)'
  if (field.kind === 'bool') return ' (true or false)'
  return field.allowed ? ` (${field.allowed.join(', ')})` : ''
}
