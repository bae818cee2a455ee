import { describe, expect, it } from 'vitest'
import type { NamedChange } from '../../../src/commands/named-change.ts'
import { questionOf } from '../../../src/commands/question.ts'

const change = (operation: NamedChange['operation'], role: string, name: string): NamedChange =>
  ({
    operation,
    slug: 'member',
    target: { id: { type: 'role', id: role } },
    principal: { id: { type: 'user', id: name }, name },
  }) as const

const many = (count: number): readonly NamedChange[] =>
  Array.from({ length: count }, (_, i) => change('role', 'devops', `u${i}`))

describe('what is asked before changes are sent', () => {
  it.each([
    ['an admin', [change('role', 'admin', 'Ada')], 'Make Ada an admin, who can change everything in the network?'],
    [
      'a grant by id',
      [change('grant', 'admin', 'Ada')],
      'Make Ada an admin, who can change everything in the network?',
    ],
    [
      'several',
      [change('role', 'admin', 'Ada'), change('role', 'admin', 'Bo')],
      'Make 2 users admins, who can change everything in the network?',
    ],
    ['much', [...many(20), change('role', 'admin', 'Ada')], 'Send 21 changes, which make Ada an admin?'],
    ['nothing', many(20), undefined],
    ['nothing where the role Admin is taken away', [change('revoke', 'admin', 'Ada')], undefined],
  ])('is about %s', (_, needed, question) => {
    expect(questionOf(needed)).toBe(question)
  })
})
