import { describe, expect, it } from 'vitest'
import type { Grammar } from '../../../src/cli/command-line.ts'
import { readCommandLine } from '../../../src/cli/command-line.ts'
import { recorder } from './fixture.ts'

const described = { displayName: 'D', description: 'd' } as const

const grammar: Grammar = {
  name: 'toy',
  version: '1',
  description: 'a toy',
  examples: 'Examples: none',
  fields: [
    { ...described, name: 'text', shorthand: 't', kind: 'string' },
    { ...described, name: 'secretly', kind: 'string', hidden: true },
    { ...described, name: 'yes', kind: 'bool' },
  ],
  commands: [{ name: 'go', summary: 'goes' }],
}

const read = (...argv: readonly string[]) => {
  const output = recorder()
  const line = readCommandLine(argv, grammar, output)
  return { ...line, flags: line && Object.fromEntries(line.flags), output: output.text() }
}

describe('readCommandLine', () => {
  it('collects every text of every flag, in all spellings', () => {
    const { flags, problems } = read('--text', 'a', '--text=b', '-t', 'c', '-td', '-t=e', '--text=', '--yes')
    expect(flags).toEqual({ text: ['a', 'b', 'c', 'd', 'e', ''], yes: ['true'] })
    expect(problems).toEqual([])
  })

  it('takes a value that begins with a dash only behind an equals sign', () => {
    expect(read('--text=-a').flags).toEqual({ text: ['-a'] })
    const { flags, problems } = read('--text', '-a')
    expect(flags).toEqual({ text: [] })
    expect(problems?.map(({ subject }) => subject)).toEqual(['--text (BATON_TEXT)', '-a'])
  })

  it('takes words behind -- for words', () => {
    expect(read('--', 'stray', '--text').problems?.map(({ subject }) => subject)).toEqual(['argument stray', '--text'])
  })

  it('leaves hidden flags out of the help and takes them all the same', () => {
    expect(read('--help').output).toContain('--text <text>')
    expect(read('--help').output).not.toContain('secretly')
    expect(read('--secretly', 'x').flags).toEqual({ secretly: ['x'] })
  })

  it('says nothing and ends nothing by itself when something is wrong', () => {
    const { output, command, problems } = read('go', '--nope', '--text')
    expect([output, command, problems?.length]).toEqual(['', 'go', 2])
  })
})
