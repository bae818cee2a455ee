import { defineFunction } from './define.ts'

export const CHOICE_FUNCTIONS = [
  defineFunction({
    name: 'SelectUniqueValue',
    summary:
      'The first of the values that nobody has at the target yet; stands alone, for attributes that are set at a create',
    parameters: [
      { name: 'first', type: 'text', nullable: true },
      { name: 'second', type: 'text', nullable: true },
    ],
    repeats: 'last',
    returns: 'list',
    changes: true,
    top: true,
    // The expression only gives the candidates in order; another part asks the target which are free.
    call: ([first, second], _, rest) =>
      [...new Set([first, second, ...rest].filter((text) => text !== null && text !== ''))] as readonly string[],
  }),
]
