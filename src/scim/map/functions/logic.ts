import type { Result, Value } from '../value.ts'
import { Fault, isEmpty } from '../value.ts'
import { sameValue } from '../compare.ts'
import { defineFunction } from './define.ts'

const value = { name: 'value', type: 'any', nullable: true } as const

const bits = (number: number): bigint | undefined => (Number.isInteger(number) ? BigInt(number) : undefined)

export const LOGIC_FUNCTIONS = [
  defineFunction({
    name: 'BitAnd',
    summary: 'The bits that both numbers have; for flags such as userAccountControl',
    parameters: [
      { name: 'value1', type: 'number' },
      { name: 'value2', type: 'number' },
    ],
    returns: 'number',
    call: ([a, b]) => {
      const [left, right] = [bits(a), bits(b)]
      return left === undefined || right === undefined ? new Fault('takes whole numbers only') : Number(left & right)
    },
  }),
  defineFunction({
    name: 'CBool',
    summary: 'True for True, for a comparison that holds and for every number but 0',
    parameters: [{ name: 'value', type: 'boolean' }],
    returns: 'boolean',
    call: ([it]) => it,
  }),
  defineFunction({
    name: 'Coalesce',
    summary: 'The first of the values that is not empty',
    parameters: [{ name: 'value', type: 'branch', nullable: true }],
    repeats: 'last',
    returns: 'any',
    call: ([first], _, rest) => {
      let last: Result = null
      for (const branch of [first, ...rest]) {
        last = branch?.() ?? null
        if (last instanceof Fault || !isEmpty(last)) return last
      }
      return last
    },
  }),
  defineFunction({
    name: 'CStr',
    summary: 'The value as a text',
    parameters: [{ name: 'value', type: 'text' }],
    returns: 'text',
    call: ([text]) => text,
  }),
  defineFunction({
    name: 'IgnoreFlowIfNullOrEmpty',
    summary: 'The value; where it is empty, the attribute is left alone',
    parameters: [value],
    returns: 'any',
    call: ([it]) => (isEmpty(it) ? null : it),
  }),
  defineFunction({
    name: 'IIF',
    summary: 'One value where the condition holds, another where not; a condition without value does not hold',
    parameters: [
      { name: 'condition', type: 'boolean', nullable: true },
      { name: 'then', type: 'branch', nullable: true },
      { name: 'else', type: 'branch', nullable: true },
    ],
    returns: 'any',
    call: ([condition, then, otherwise]) => (condition === true ? then : otherwise)?.() ?? null,
  }),
  defineFunction({
    name: 'IsNull',
    summary: 'Whether there is no value',
    parameters: [value],
    returns: 'boolean',
    call: ([it]) => it === null,
  }),
  defineFunction({
    name: 'IsNullOrEmpty',
    summary: 'Whether there is no value or an empty one',
    parameters: [value],
    returns: 'boolean',
    call: ([it]) => isEmpty(it),
  }),
  defineFunction({
    name: 'IsPresent',
    summary: 'Whether there is a value that is not empty',
    parameters: [value],
    returns: 'boolean',
    call: ([it]) => !isEmpty(it),
  }),
  defineFunction({
    name: 'IsString',
    summary: 'Whether the value is one text',
    parameters: [value],
    returns: 'boolean',
    call: ([it]) => typeof it === 'string',
  }),
  defineFunction({
    name: 'Not',
    summary: 'The opposite of True or False',
    parameters: [{ name: 'value', type: 'boolean' }],
    returns: 'boolean',
    call: ([it]) => !it,
  }),
  defineFunction({
    name: 'Switch',
    summary: 'The value whose key is the source, by case; else the default',
    parameters: [
      { name: 'source', type: 'any', nullable: true },
      { name: 'default', type: 'branch', nullable: true },
      { name: 'key', type: 'any', nullable: true },
      { name: 'value', type: 'branch', nullable: true },
    ],
    repeats: 'pair',
    returns: 'any',
    call: ([source, otherwise, firstKey, firstValue], _, rest) => {
      const pairs = [firstKey, firstValue, ...rest]
      for (let i = 0; i + 1 < pairs.length; i += 2) {
        const branch = pairs[i + 1]
        if (sameValue(source, pairs[i] as Value)) return typeof branch === 'function' ? branch() : null
      }
      return otherwise?.() ?? null
    },
  }),
]
