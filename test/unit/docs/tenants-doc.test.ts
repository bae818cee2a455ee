import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { WORST_FIRST } from '../../../src/sdk/ground/error-code.ts'
import { exitCodeOf } from '../../../src/sdk/ground/errors.ts'
import { TENANTS_FILE } from '../../../src/sdk/settings/tenants/file-schema.ts'
import { parseTenants } from '../../../src/sdk/settings/tenants/parse-tenants.ts'
import { blocksIn, codeIn, rowsOf } from '../../support/markdown.ts'
import { twingateGrammar } from '../../support/twingate-grammar.ts'

const repository = join(import.meta.dirname, '../../..')
const page = readFileSync(join(repository, 'docs/tenants.md'), 'utf8')
const blocks = (language: string) => blocksIn(page).filter((block) => block.language === language)

describe('docs/tenants.md', () => {
  it('begins with a file that the program takes', () => {
    const parsed = parseTenants(blocks('yaml')[0]?.text ?? '', 'tenants.yaml')
    expect('tenants' in parsed && parsed.tenants.map(({ entry }) => entry.name)).toEqual(['acme', 'globex'])
  })

  it('explains every key of the file and no other', () => {
    const keys = rowsOf(page, 'Key').flatMap((row) => codeIn(row['Key'] ?? ''))
    expect(keys).toEqual(Object.keys(TENANTS_FILE.shape.tenants.element.shape))
  })

  it('has the exit codes in their order', () => {
    const codes = rowsOf(page, 'Exit codes').flatMap((row) => (row['Exit codes'] ?? '').split(', ').map(Number))
    expect(codes).toEqual(WORST_FIRST.map(exitCodeOf))
  })

  it('names only flags that there are', () => {
    const { fields, commands } = twingateGrammar('0.0.0')
    const known = [...fields, ...commands.flatMap((command) => command.flags ?? [])].map(({ name }) => `--${name}`)
    const named = [...page.matchAll(/(?<=`|baton-twingate .*)--[a-z][a-z-]+/g)].map(([flag]) => flag)
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((flag) => !known.includes(flag))).toEqual([])
  })

  it('gives the chart the tenants of the overlay', () => {
    const values = parse(blocks('yaml')[1]?.text ?? '') as {
      readonly tenants: { readonly list: readonly { readonly name: string; readonly network: string }[] }
    }
    const overlay = readFileSync(join(repository, 'deploy/kubernetes/overlays/fleet-nightly/tenants.yaml'), 'utf8')
    const parsed = parseTenants(overlay, 'tenants.yaml')
    const named = 'tenants' in parsed ? parsed.tenants.map(({ entry: { name, network } }) => ({ name, network })) : []
    expect(values.tenants.list).toMatchObject(named)
  })
})
