import { describe, expect, it } from 'vitest'
import { twingateGrammar } from '../../../support/twingate-grammar.ts'
import { product } from '../../../../cmd/baton-twingate/product.ts'
import { readCommandLine } from '../../../../src/sdk/cli/command-line.ts'
import { coreOf } from '../../../../src/sdk/cli/core/index.ts'
import { grammarOf } from '../../../../src/sdk/cli/grammar.ts'
import { helpText } from '../../../../src/sdk/cli/help-text.ts'

const grammar = twingateGrammar('1')
const linesOf = (topic: string | undefined, columns = 80): readonly string[] =>
  helpText(grammar, topic, columns).trimEnd().split('\n')

describe('help of the program', () => {
  it('begins with the commands, and has every setting that is not hidden once, in a group', () => {
    const lines = linesOf(undefined)
    const at = (text: string): number => lines.findIndex((line) => line.startsWith(text))
    expect(at('  sync ')).toBeGreaterThan(0)
    expect(at('  grant ')).toBeLessThan(at('Options for Twingate'))
    for (const { name } of grammar.commands) expect(lines.join('\n')).toContain(name.split(' ').at(-1))
    const flags = lines.flatMap((line) => /^ {2}(?:-\w, )?--([\w-]+)/.exec(line)?.[1] ?? [])
    const visible = grammar.fields
      .filter(({ hidden, sources }) => hidden !== true && (sources === undefined || sources.some((s) => s === 'flag')))
      .map(({ name }) => name)
    expect([...flags].sort()).toEqual([...visible].sort())
  })
})

describe('help of a program that changes nothing by commands', () => {
  it('has no settings of changes, and the command line does not take them', () => {
    const { changes: _, ...reading } = product
    const small = grammarOf('1', { ...reading, commands: [] }, coreOf(reading))
    expect(helpText(small, undefined, 80)).not.toMatch(/--(dry-run|yes|update-file)|Options for changes/)
    expect(readCommandLine(['--dry-run'], small)).toMatchObject({ problems: [{ text: 'unknown flag; see --help' }] })
  })
})

describe('help of a command', () => {
  it.each(grammar.commands.map(({ name }) => name))('fits on a screen of 80 by 24: %s', (name) => {
    const lines = linesOf(name)
    expect(lines.slice(24)).toEqual([])
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })

  it('names the settings it takes and no others', () => {
    expect(linesOf('grant').join('\n')).toContain('--dry-run')
    expect(linesOf('grant').join('\n')).not.toMatch(/--(workers|sync-resources|interval|client-id)/)
    expect(linesOf('status').join('\n')).not.toMatch(/--(api-key|dry-run|domain)/)
    expect(linesOf('completion').join('\n')).not.toContain('--')
  })

  it('of several commands with the same first word lists those', () => {
    expect(linesOf('account').join('\n')).toMatch(/account delete <user> +delete a user/)
  })
})
