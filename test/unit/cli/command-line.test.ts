import { describe, expect, it } from 'vitest'
import type { Grammar } from '../../../src/sdk/command-shape.ts'
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
  families: { set: 'sets things' },
  commands: [
    { name: 'go', summary: 'goes' },
    { name: 'take', summary: 'takes', arguments: [{ name: 'from' }, { name: 'thing', many: true }] },
    {
      name: 'set colour',
      summary: 'sets the colour',
      arguments: [{ name: 'colour', allowed: ['red', 'blue'] }],
      flags: [{ ...described, name: 'depth', kind: 'string', sources: ['flag'] }],
      examples: 'Examples: set colour red',
    },
    { name: 'set size', summary: 'sets the size' },
  ],
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
    expect(read('--', 'stray', '--text').problems?.map(({ subject }) => subject)).toEqual([
      'argument stray',
      'argument',
    ])
    expect(read('take', '--', '-a', '--text', 'b')).toMatchObject({ words: ['-a', '--text', 'b'], problems: [] })
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

describe('subcommands', () => {
  it('takes arguments by their place, the last one as often as it is given', () => {
    expect(read('take', 'shop', 'a', 'b', '--text', 'x', 'c')).toMatchObject({
      command: 'take',
      words: ['shop', 'a', 'b', 'c'],
      flags: { text: ['x'] },
      problems: [],
    })
  })

  it.each([
    [
      ['take'],
      [
        'take <from>: is missing; write take <from> <thing...>',
        'take <thing>: is missing; write take <from> <thing...>',
      ],
    ],
    [['take', 'shop'], ['take <thing>: is missing; write take <from> <thing...>']],
    [['take', 'shop', 'a', ' '], ['take <thing>: must not be empty']],
    [['set'], ['set: needs one of colour, size']],
    [['set', 'color', 'red'], ['set: needs one of colour, size; did you mean colour?']],
    [['set', 'colour', 'green'], ['set colour <colour>: must be one of red, blue']],
    [['set', 'size', 'large'], ['argument large: is not expected after set size']],
    [['set', 'size', '--depth', '3'], ['--depth: unknown flag']],
    [['set', 'colour', 'red', '--dept', '3'], ['--dept: unknown flag; did you mean --depth?']],
    [
      ['set', 'colour', 'red', '--depth'],
      ['--depth: needs a value; one that begins with a dash is written --depth=-…'],
    ],
  ])('finds in %j: %j', (argv, expected) => {
    expect(read(...argv).problems?.map(({ subject, text }) => `${subject}: ${text}`)).toEqual(expected)
  })

  it('keeps the flags of a command apart from the settings', () => {
    const { own, flags, command } = read('set', '--depth', '3', '--text', 'x', 'colour', 'red', '--depth=4')
    expect([command, flags]).toEqual([undefined, expect.anything()])
    const line = read('set', 'colour', 'red', '--depth', '3', '--text', 'x', '--depth=4')
    expect([line.command, line.words, line.flags]).toEqual(['set colour', ['red'], { text: ['x'] }])
    expect(Object.fromEntries(line.own ?? [])).toEqual({ depth: ['3', '4'] })
    expect(own?.size).toBe(0)
  })

  it.each([[['help', 'set', 'colour']], [['set', 'colour', '--help']]])(
    'prints help about a command of two words for %j',
    (argv) => {
      const { output } = read(...argv)
      expect(output).toContain('Usage: toy set colour <red|blue> [options]')
      expect(output).toContain('--depth <text>')
      expect(output).toContain('Examples: set colour red')
    },
  )

  it('lists families and arguments in the help', () => {
    expect(read('--help').output).toMatch(/set <colour\|size> +sets things/)
    expect(read('--help').output).toMatch(/take <from> <thing...> +takes/)
  })
})
