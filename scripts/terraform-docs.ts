import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { inputsIn, type ModuleInput, type ModuleOutput, outputsIn } from './terraform-module.ts'

// Writes the tables of inputs and outputs into the READMEs of the Terraform modules and examples, or with --check only compares
// them and fails where one differs.
const TERRAFORM = join(import.meta.dirname, '../deploy/terraform')
const BEGIN = '<!-- BEGIN_TF_DOCS -->'
const END = '<!-- END_TF_DOCS -->'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``

const inputRow = ({ name, description, type, sensitive, ephemeral, ...input }: ModuleInput): string => {
  const marks = [sensitive ? 'sensitive' : '', ephemeral ? 'ephemeral' : ''].filter((mark) => mark !== '')
  const kind = [code(type), ...marks].join(', ')
  return `| ${code(name)} | ${cell(description)} | ${kind} | ${input.default === undefined ? 'required' : code(input.default)} |`
}

const outputRow = ({ name, description, sensitive }: ModuleOutput): string =>
  `| ${code(name)} | ${cell(description)}${sensitive ? ' Sensitive.' : ''} |`

const tables = (inputs: readonly ModuleInput[], outputs: readonly ModuleOutput[]): string =>
  [
    '## Inputs',
    '',
    '| Name | Description | Type | Default |',
    '| --- | --- | --- | --- |',
    ...inputs.map(inputRow),
    '',
    '## Outputs',
    '',
    '| Name | Description |',
    '| --- | --- |',
    ...outputs.map(outputRow),
  ].join('\n')

async function readmeOf(folder: string, readme: string): Promise<string> {
  const [head, rest] = readme.split(BEGIN)
  const tail = rest?.split(END)[1]
  if (head === undefined || tail === undefined) throw new Error(`${folder}/README.md has no ${BEGIN} … ${END}`)
  const inputs = inputsIn(await readFile(join(folder, 'variables.tf'), 'utf8'))
  const outputs = outputsIn(await readFile(join(folder, 'outputs.tf'), 'utf8'))
  const text = `${head}${BEGIN}\n\n${tables(inputs, outputs)}\n\n${END}${tail}`
  return format(text, { ...(await resolveConfig(join(folder, 'README.md'))), parser: 'markdown' })
}

const check = process.argv.includes('--check')
const stale: string[] = []
let count = 0
for (const kind of ['modules', 'examples'])
  for (const name of await readdir(join(TERRAFORM, kind))) {
    const path = join(TERRAFORM, kind, name, 'README.md')
    const current = await readFile(path, 'utf8')
    const wanted = await readmeOf(join(TERRAFORM, kind, name), current)
    count += 1
    if (current === wanted) continue
    stale.push(`deploy/terraform/${kind}/${name}/README.md`)
    if (!check) await writeFile(path, wanted)
  }

if (check && stale.length > 0) {
  console.error(`These tables differ from the modules; run npm run generate and commit them: ${stale.join(', ')}`)
  process.exitCode = 1
} else {
  console.log(
    `${count} READMEs of Terraform modules: ${stale.length === 0 ? 'all as the modules say' : `wrote ${stale.join(', ')}`}`,
  )
}
