import { describe, expect, it } from 'vitest'
import type { Grammar } from '../../../../src/sdk/cli/command-shape.ts'
import { readCommandLine } from '../../../../src/sdk/cli/command-line.ts'
import { helpText } from '../../../../src/sdk/cli/help-text.ts'

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
  groups: [{ title: 'Options', names: ['text', 'yes'] }],
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
    { name: 'help', summary: 'helps' },
  ],
}

const read = (...argv: readonly string[]) => {
  const line = readCommandLine(argv, grammar)
  if ('asks' in line) throw new Error(`${argv.join(' ')} asks for ${line.asks}`)
  return { ...line, flags: Object.fromEntries(line.flags), own: Object.fromEntries(line.own) }
}

const helpOf = (...argv: readonly string[]): string => {
  const line = readCommandLine(argv, grammar)
  if (!('topic' in line || 'asks' in line)) throw new Error(`${argv.join(' ')} asks for nothing`)
  return helpText(grammar, line.asks === 'help' ? line.topic : undefined, 120)
}

describe('readCommandLine', () => {
  it('collects every text of every flag, in all spellings', () => {
    const { flags, problems } = read('--text', 'a', '--text=b', '-t', 'c', '-td', '-t=e', '--text=', '--yes')
    expect(flags).toEqual({ text: ['a', 'b', 'c', 'd', 'e', ''], yes: ['true'] })
    expect(problems).toEqual([])
  })

  it('takes the word behind a flag for its value, whatever it begins with', () => {
    for (const value of ['-a', '--tgk-0f3', '-vT0k3n', '-', '--texts', '-hello'])
      expect(read('--text', value, '--yes')).toMatchObject({ flags: { text: [value], yes: ['true'] }, problems: [] })
    expect(read('set', 'size').own).toEqual({})
    expect(read('set', 'colour', 'red', '--depth', '-1').own).toEqual({ depth: ['-1'] })
  })

  it.each([['--yes'], ['--text=a'], ['-t'], ['-t=a'], ['--version'], ['-h'], ['--depth']])(
    'takes no value from %s, which is a flag to the letter',
    (flag) => {
      const line = readCommandLine(['set', 'colour', 'red', '--secretly', flag, 'x'], grammar)
      if ('asks' in line) throw new Error('it was taken for a question')
      expect(Object.fromEntries(line.flags)['secretly']).toEqual([])
      expect(line.problems[0]).toEqual({
        subject: '--secretly (BATON_SECRETLY)',
        text: 'needs a value; one that is a flag itself is written --secretly=--…',
      })
    },
  )

  it('asks for the version and for help by the word alone', () => {
    expect(readCommandLine(['-v'], grammar)).toEqual({ asks: 'version' })
    expect(readCommandLine(['take', '-h'], grammar)).toEqual({ asks: 'help', topic: 'take' })
    expect(read('-vx', '-hx').problems.map(({ subject }) => subject)).toEqual(['word 1', 'word 2'])
  })

  it('repeats of an unknown flag only what is nearly a known one', () => {
    const subjects = (...argv: readonly string[]) => read(...argv).problems.map(({ subject }) => subject)
    expect(subjects('--tex', 'secret', '--scretly=secret')).toEqual(['--tex', '--scretly'])
    expect(subjects('--tgk-secret', '--tgk=secret', '-Secret', '-x')).toEqual(['word 1', 'word 2', 'word 3', 'word 4'])
    expect(subjects('--textsecret', '--text-4f')).toEqual(['word 1', 'word 2'])
  })

  it('takes the word behind an unknown flag for its value, unless that is a command', () => {
    expect(read('--nope', 'secret', 'go')).toMatchObject({ command: 'go', words: [] })
    expect(read('--nope', 'go')).toMatchObject({ command: 'go', words: [] })
  })

  it('takes words behind -- for words', () => {
    expect(() => read('--', 'stray', '--text')).toThrow('word 2 is no command; see toy --help')
    expect(read('take', '--', '-a', '--text', 'b')).toMatchObject({ words: ['-a', '--text', 'b'], problems: [] })
  })

  it('leaves hidden flags out of the help and takes them all the same', () => {
    expect(helpOf('--help')).toContain('--text <text>')
    expect(helpOf('--help')).not.toContain('secretly')
    expect(read('--secretly', 'x').flags).toEqual({ secretly: ['x'] })
  })

  it('reads on where something is wrong', () => {
    const { command, problems } = read('go', '--nope', '--text')
    expect([command, problems.length]).toEqual(['go', 2])
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
    [['set', 'colour', 'green'], ['set colour <colour>: must be one of red, blue']],
    [['set', 'size', 'large'], ['set size: takes no words behind it; word 3 is one too many']],
    [['take', 'shop', 'a', 'b', '--yes', 'c'], []],
    [
      ['set', 'colour', 'red', 'and', 'blue'],
      ['set colour: takes one word behind it; word 4 is one too many; put a name with blanks into quotes'],
    ],
    [['set', 'size', '--depth', '3'], ['--depth: not taken by set size; it belongs to toy set colour']],
    [['set', 'colour', 'red', '--dept', '3'], ['--dept: unknown flag; did you mean --depth?']],
    [['set', 'colour', 'red', '--depth'], ['--depth: needs a value; one that is a flag itself is written --depth=--…']],
  ])('finds in %j: %j', (argv, expected) => {
    expect(read(...argv).problems.map(({ subject, text }) => `${subject}: ${text}`)).toEqual(expected)
  })

  it('says what to do where none of the words fits', () => {
    const pick = {
      name: 'pick',
      summary: 'picks',
      arguments: [{ name: 'one', allowed: ['a'], otherwise: 'grow others' }],
    }
    const line = readCommandLine(['pick', 'z'], { ...grammar, commands: [pick] })
    expect(line).toMatchObject({ problems: [{ text: 'must be one of a; grow others' }] })
  })

  it.each([
    [['set'], 'set needs one of colour, size; see toy set --help'],
    [['og'], 'there is no command og; did you mean go?'],
    [['tkae', 'a', 'b', '--nope'], 'there is no command tkae; did you mean take?'],
    [['set', 'color', 'red'], 'there is no command set color; did you mean set colour?'],
    [['set', 'T0k3n'], 'word 2 is no command; see toy set --help'],
    [['T0k3n', '--help'], 'word 1 is no command; see toy --help'],
    [['--yes', 'T0k3n', 'x', 'y'], 'word 2 is no command; see toy --help'],
  ])('says of %j alone that %s', (argv, expected) => {
    expect(() => read(...argv)).toThrow(
      new RegExp(`^baton-twingate: command line: ${expected.replaceAll('?', '\\?')}$`),
    )
  })

  it('keeps the flags of a command apart from the settings', () => {
    const line = read('set', 'colour', '--depth', '3', 'red', '--text', 'x', '--depth=4')
    expect(line).toMatchObject({ command: 'set colour', words: ['red'], flags: { text: ['x'] }, problems: [] })
    expect(line.own).toEqual({ depth: ['3', '4'] })
  })

  it.each([[['help', 'set', 'colour']], [['set', 'colour', '--help']]])(
    'prints help about a command of two words for %j',
    (argv) => {
      const output = helpOf(...argv)
      expect(output).toContain('Usage: toy set colour <red|blue> [options]')
      expect(output).toContain('--depth <text>')
      expect(output).toContain('Examples: set colour red')
    },
  )

  it('lists families and arguments in the help', () => {
    expect(helpOf('--help')).toMatch(/set <colour\|size> +sets things/)
    expect(helpOf('--help')).toMatch(/take <from> <thing...> +takes/)
  })
})
