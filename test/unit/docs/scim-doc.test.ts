import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SCIM_COMMANDS } from '../../../src/scim/commands/index.ts'
import { rowsOf } from '../../support/markdown.ts'

const docs = join(import.meta.dirname, '../../../docs')
const page = readFileSync(join(docs, 'scim.md'), 'utf8')
const rows = rowsOf(page, 'Row')

describe('docs/scim.md', () => {
  it('has a row for each capability', () => {
    expect(rows.map(({ Row: row }) => row)).toEqual(
      Array.from({ length: 35 }, (_, n) => `SCIM-${String(n + 1).padStart(2, '0')}`),
    )
  })

  it('names tests that exist, each by its file and its name', () => {
    const untrue = rows.filter(({ 'Shown by': shown = '' }) => {
      const [, path = '', name = ''] = /\]\(([^)]+)\): “(.+)”$/.exec(shown.trim()) ?? []
      return path === '' || !readFileSync(join(docs, path), 'utf8').includes(`'${name}'`)
    })
    expect(untrue).toEqual([])
  })

  it('names every command', () => {
    for (const { name } of SCIM_COMMANDS) expect(page).toContain(`\`${name}`)
  })
})
