import { Fault } from '../value.ts'
import { defineFunction } from './define.ts'

const values = { name: 'values', type: 'list' } as const

export const LIST_FUNCTIONS = [
  defineFunction({
    name: 'Count',
    summary: 'How many values there are',
    parameters: [{ name: 'values', type: 'list', nullable: true }],
    returns: 'number',
    call: ([list]) => list?.length ?? 0,
  }),
  defineFunction({
    name: 'Item',
    summary: 'One of several values, by its number from 1',
    parameters: [values, { name: 'index', type: 'number' }],
    returns: 'text',
    check: ([, index]) => (typeof index === 'number' && index < 1 ? { argument: 1, text: 'counts from 1' } : undefined),
    call: ([list, index]) => (index < 1 ? new Fault('index counts from 1') : (list[Math.trunc(index) - 1] ?? null)),
  }),
  defineFunction({
    name: 'Join',
    summary: 'The values with a separator between them; empty ones are passed over',
    parameters: [
      { name: 'separator', type: 'text', nullable: true },
      { name: 'value', type: 'list', nullable: true },
    ],
    repeats: 'last',
    returns: 'text',
    call: ([separator, first], _, rest) =>
      [first, ...rest]
        .flatMap((list) => (Array.isArray(list) ? list : []))
        .filter((text) => text !== '')
        .join(separator ?? ''),
  }),
  defineFunction({
    name: 'RemoveDuplicates',
    summary: 'Each of several values once',
    parameters: [values],
    returns: 'list',
    call: ([list]) => [...new Set(list)],
  }),
  defineFunction({
    name: 'SingleAppRoleAssignment',
    summary: 'The one role that a person has, of an attribute with the names of roles; two are a mistake',
    parameters: [{ name: 'roles', type: 'list' }],
    returns: 'text',
    call: ([roles]) => {
      const [role = null, ...others] = new Set(roles.filter((name) => name !== ''))
      return others.length === 0
        ? role
        : new Fault(`roles names ${others.length + 1} roles, of which only one can be given`)
    },
  }),
  defineFunction({
    name: 'Split',
    summary: 'The parts between a delimiter, without the spaces around them',
    parameters: [
      { name: 'source', type: 'text' },
      { name: 'delimiter', type: 'text' },
    ],
    returns: 'list',
    check: ([, delimiter]) => (delimiter === '' ? { argument: 1, text: 'must not be empty' } : undefined),
    call: ([text, delimiter]) =>
      delimiter === ''
        ? new Fault('delimiter must not be empty')
        : text
            .split(delimiter)
            .map((part) => part.trim())
            .filter((part) => part !== ''),
  }),
]
