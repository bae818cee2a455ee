import { describe, expect, it } from 'vitest'
import { flagsDocument } from '../../../../src/sdk/settings/flags-table.ts'
import { generatedFiles } from '../../../../src/sdk/cli/generated-files.ts'
import { FIELDS } from '../../../../src/connector/settings.ts'
import { describeTwingate } from '../../../../src/connector/describe.ts'
import { run } from './fixture.ts'

describe('generatedFiles', () => {
  it('are byte for byte what the commands print', async () => {
    const files = generatedFiles(describeTwingate(), FIELDS)
    expect(files['baton_capabilities.json']).toBe((await run({ argv: ['capabilities'] })).stdout)
    expect(files['config_schema.json']).toBe((await run({ argv: ['config'] })).stdout)
    expect(files['docs/flags.md']).toBe(flagsDocument(FIELDS))
  })
})

describe('flagsDocument', () => {
  it('has one row for each setting and for the file of each secret', () => {
    const rows = flagsDocument(FIELDS)
      .split('\n')
      .map((line) => line.replaceAll(/ +/g, ' '))
      .filter((line) => /^\| (`--|\| `BATON)/.test(line))
    expect(rows).toHaveLength(FIELDS.length + FIELDS.filter((field) => 'secret' in field).length)
    expect(rows).toContain(
      '| `--c1z-temp-dir` | `BATON_C1Z_TEMP_DIR`, then `BATON_TMPDIR` | `c1z-temp-dir` | | Directory for large working files; beside the snapshot file unless given |',
    )
  })

  it('names no field twice', () => {
    expect(new Set(FIELDS.map((field) => field.name)).size).toBe(FIELDS.length)
  })
})
