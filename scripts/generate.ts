import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NAME } from '../src/connector/name.ts'
import { FIELDS } from '../src/connector/settings.ts'
import { generatedFiles } from '../src/sdk/cli/generated-files.ts'
import { describeTwingate } from '../src/connector/describe.ts'
import { rulesSchemaJson } from '../src/readers/check/rules-schema.ts'
import { answersSchemaJson } from '../src/readers/output/answer-schemas.ts'
import { scimFiles } from '../src/scim/generated-files.ts'
import { tenantsSchemaJson } from '../src/sdk/settings/tenants/file-schema.ts'

// Writes the generated files, or with --check only compares them and fails where one differs.
const root = join(import.meta.dirname, '..')
const check = process.argv.includes('--check')
const files = Object.entries({
  ...generatedFiles(describeTwingate(), FIELDS),
  ...scimFiles(),
  'docs/readers.schema.json': answersSchemaJson(),
  'docs/rules.schema.json': rulesSchemaJson(),
  'docs/tenants.schema.json': tenantsSchemaJson(NAME.program),
})
const stale: string[] = []
for (const [path, text] of files) {
  const current = await readFile(join(root, path), 'utf8').catch(() => undefined)
  if (current === text) continue
  stale.push(path)
  if (!check) await writeFile(join(root, path), text)
}

if (check && stale.length > 0) {
  console.error(`These files differ from what the code says; run npm run generate and commit them: ${stale.join(', ')}`)
  process.exitCode = 1
} else {
  const what = stale.length === 0 ? 'all as the code says' : `wrote ${stale.join(', ')}`
  console.log(`${files.length} generated files: ${what}`)
}
