import { Buffer } from 'node:buffer'
import type { RandomBytes } from '../../../sdk/ground/ports.ts'
import { Fault } from '../value.ts'
import type { ConstantArgument } from './define.ts'
import { defineFunction } from './define.ts'

const source = { name: 'source', type: 'text' } as const

export const ENCODING_FUNCTIONS = [
  defineFunction({
    name: 'ConvertToBase64',
    summary: 'Base64 of the text in UTF-16, as Entra makes it',
    parameters: [source],
    returns: 'text',
    call: ([text]) => Buffer.from(text, 'utf16le').toString('base64'),
  }),
  defineFunction({
    name: 'ConvertToUTF8Hex',
    summary: 'The bytes of the text in UTF-8 as hexadecimal digits',
    parameters: [source],
    returns: 'text',
    call: ([text]) => Buffer.from(text, 'utf8').toString('hex').toUpperCase(),
  }),
  defineFunction({
    name: 'Guid',
    summary: 'A new random GUID; only for attributes that are set at a create',
    parameters: [],
    returns: 'text',
    changes: true,
    call: (_, { random }) => {
      const bytes = random(16)
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
      const hex = Buffer.from(bytes).toString('hex')
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
    },
  }),
  defineFunction({
    name: 'RandomString',
    summary:
      'Random characters with at least so many digits, special characters, capitals and small letters; only for attributes that are set at a create',
    parameters: [
      { name: 'length', type: 'number' },
      { name: 'digits', type: 'number' },
      { name: 'specialCharacters', type: 'number' },
      { name: 'capitals', type: 'number' },
      { name: 'smallLetters', type: 'number' },
      { name: 'avoid', type: 'text', optional: true },
    ],
    returns: 'text',
    changes: true,
    check: (constants) => {
      const text = randomProblem(constants)
      return text === undefined ? undefined : { argument: 0, text }
    },
    call: ([length, digits, special, capitals, small, avoid], { random }) => {
      const problem = randomProblem([length, digits, special, capitals, small, avoid])
      if (problem !== undefined) return new Fault(`length ${problem}`)
      const without = (chars: string): string =>
        Array.from(chars)
          .filter((char) => !(avoid ?? '').includes(char))
          .join('')
      const sets = ALPHABETS.map(without)
      const least = [digits, special, capitals, small]
      if (sets.some((set, i) => set === '' && (least[i] ?? 0) > 0)) return new Fault('avoid leaves no character')
      // Where no special characters are asked for, none come in by chance.
      const any = sets.filter((_set, i) => i !== 1 || special > 0).join('')
      if (any === '') return new Fault('avoid leaves no character')
      const chosen = least.flatMap((count, i) => Array.from({ length: count }, () => pick(sets[i] ?? '', random)))
      while (chosen.length < length) chosen.push(pick(any, random))
      return shuffled(chosen, random).join('')
    },
  }),
]

const ALPHABETS = [
  '0123456789',
  '!#$%&()*+,-.:;<=>?@[]^_{|}~',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'abcdefghijklmnopqrstuvwxyz',
]

const MAX_RANDOM_CHARS = 256

function randomProblem(args: readonly ConstantArgument[]): string | undefined {
  const numbers = args.slice(0, 5).map((arg) => (arg === undefined || arg === null ? 0 : Number(arg)))
  if (!numbers.every((number) => Number.isInteger(number) && number >= 0)) return 'and the counts must be whole numbers'
  const [length = 0, ...least] = numbers
  if (args[0] !== undefined && (length < 1 || length > MAX_RANDOM_CHARS)) return `must be from 1 to ${MAX_RANDOM_CHARS}`
  return args[0] !== undefined && least.reduce((sum, count) => sum + count, 0) > length
    ? 'is less than the characters asked for'
    : undefined
}

/** A number below `limit`, each as likely as the others. */
function below(limit: number, random: RandomBytes): number {
  const fair = Math.floor(0x1_0000_0000 / limit) * limit
  for (;;) {
    const bytes = random(4)
    const number = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)
    if (number < fair) return number % limit
  }
}

const pick = (chars: string, random: RandomBytes): string => chars.charAt(below(chars.length, random))

function shuffled(chars: readonly string[], random: RandomBytes): readonly string[] {
  const list = [...chars]
  for (let i = list.length - 1; i > 0; i--) {
    const j = below(i + 1, random)
    ;[list[i], list[j]] = [list[j] ?? '', list[i] ?? '']
  }
  return list
}
