import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES, exitCodeOf, isRetryable } from '../../../src/sdk/ground/errors.ts'
import { rowsOf } from '../../support/markdown.ts'

const rows = rowsOf(readFileSync(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8'), 'Code')

describe('docs/errors.md', () => {
  it('lists every code with its exit code, in the order of exit codes', () => {
    expect(rows.map((row) => [row['Exit'], row['Code']])).toEqual(
      ERROR_CODES.map((code) => [String(exitCodeOf(code)), `\`${code}\``]),
    )
  })

  it('says of each code whether the program tries again by itself', () => {
    expect(rows.map((row) => row['Tried again'])).toEqual(ERROR_CODES.map((code) => (isRetryable(code) ? 'yes' : 'no')))
  })

  it('says of each code when it comes and who acts', () => {
    for (const row of rows) expect([row['When'], row['Who acts']]).not.toContain('')
  })
})
