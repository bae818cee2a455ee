import { describe, expect, it } from 'vitest'
import { readChangeRows } from '../../../../src/cli/provisioning/change-rows.ts'

describe('readChangeRows', () => {
  const expected = [
    { operation: 'grant', target: 'Engineering, all', user: 'ada@acme.example', line: 2 },
    { operation: 'role', target: 'DEVOPS', user: 'VXNlcjox', line: 4 },
  ]

  it('reads csv with its columns in any order, further columns and any case of names', () => {
    const text = 'user,Operation,note,TARGET\nada@acme.example,GRANT,x,"Engineering, all"\n\n VXNlcjox ,role,,DEVOPS\n'
    expect(readChangeRows(text)).toEqual({ rows: expected, problems: [] })
  })

  it('reads ndjson', () => {
    const [first, second] = expected.map(({ operation, target, user }) => JSON.stringify({ operation, target, user }))
    expect(readChangeRows(`\n${first}\r\n\n${second}`)).toEqual({ rows: expected, problems: [] })
  })

  it.each([
    [
      'operation,target,user\ngrand,G,u\ngrant,,u\nrole,,u\nrevoke,G,\ngrant,G\ngrant,G,u\ngrant,"G',
      [
        'line 2: unknown operation "grand"; there are grant, revoke, role; did you mean grant?',
        'line 3: names no group in the column target',
        'line 4: names no role in the column target',
        'line 5: names no user in the column user',
        'line 6: has 2 cells where the header row has 3',
        'line 8: a quote is opened and not closed',
      ],
    ],
    [
      'operation,group,user\ngrant,G,u',
      ['line 1: the header row must name the columns operation, target, user; missing target'],
    ],
    ['', ['line 1: holds no changes']],
    [
      '{"operation":"grant","target":"G","user":7}\n{"operation":',
      ['line 1: names no user in the column user', 'line 2: is not a JSON object'],
    ],
  ])('names every line of %j that is wrong', (text, expectedProblems) => {
    expect(readChangeRows(text).problems.map((problem) => `line ${problem.line}: ${problem.text}`)).toEqual(
      expectedProblems,
    )
  })
})
