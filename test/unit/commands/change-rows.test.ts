import { describe, expect, it } from 'vitest'
import { readChangeRows } from '../../../src/commands/change-rows.ts'

describe('readChangeRows', () => {
  const expected = [
    { operation: 'grant', target: 'Engineering, all', user: 'ada@acme.example', line: 2 },
    { operation: 'role', target: 'DEVOPS', user: 'VXNlcjox', line: 4 },
  ]

  it('reads csv with its columns in any order, further columns, any case of names, and cells as they are', () => {
    const text = 'user,Operation,note,TARGET\nada@acme.example,GRANT,x,"Engineering, all"\n\n VXNlcjox ,role,,DEVOPS\n'
    const [first, second] = expected
    expect(readChangeRows(text)).toEqual({ rows: [first, { ...second, user: ' VXNlcjox ' }], problems: [] })
  })

  it('passes over what spreadsheets add: a byte order mark, CRLF, blank columns and rows of empty cells', () => {
    const text =
      '\uFEFFoperation,target,user,,\r\ngrant,"Engineering, all",ada@acme.example,,\r\n,,,,\r\nrole,DEVOPS,VXNlcjox,,\r\n'
    expect(readChangeRows(text)).toEqual({ rows: expected, problems: [] })
  })

  it('keeps the line of a row below a name with line breaks', () => {
    const text = 'operation,target,user\ngrant,"two\r\nlines",u\nrevoke,G,v'
    expect(readChangeRows(text).rows).toEqual([
      { operation: 'grant', target: 'two\r\nlines', user: 'u', line: 2 },
      { operation: 'revoke', target: 'G', user: 'v', line: 4 },
    ])
  })

  it('reads the decisions of an access review: what is revoked, and how many rows keep what is there', () => {
    const text =
      '\uFEFFdecision,reviewer,target,user\r\nkeep,Ada,bid:r:group/a,u\r\nRevoke,Ada,bid:r:group/b,v\r\n,,bid:r:group/c,w\r\n'
    expect(readChangeRows(text)).toEqual({
      kept: 2,
      rows: [{ operation: 'revoke', target: 'bid:r:group/b', user: 'v', line: 3 }],
      problems: [],
    })
    expect(readChangeRows('decision,target,user\nrevok,g,u\n').problems).toEqual([
      { line: 2, text: 'unknown decision "revok"; there are revoke, keep; did you mean revoke?' },
    ])
    expect(readChangeRows('decision,user\nrevoke,u\n').problems[0]?.text).toContain('missing target')
  })

  it.each([
    ['csv', 'operation,target,user\n', (i: number) => `grant,"Group ""${i % 10}"" ",user${i}@acme.example`],
    ['ndjson', '', (i: number) => `{"operation":"grant","target":"G${i % 10}","user":"u${i}"}`],
  ])('reads 100,000 rows of %s', (_, head, row) => {
    const text = head + Array.from({ length: 100_000 }, (_row, i) => row(i)).join('\n')
    const { rows, problems } = readChangeRows(text)
    expect([rows.length, problems, rows.at(-1)?.line]).toEqual([100_000, [], head === '' ? 100_000 : 100_001])
  })

  it.each([
    ['semicolons', 'operation;target;user\ngrant;"Engineering, all";ada@acme.example\n\nrole;DEVOPS;VXNlcjox'],
    ['tabs', 'operation\ttarget\tuser\ngrant\tEngineering, all\tada@acme.example\n\nrole\tDEVOPS\tVXNlcjox'],
    ['CR', 'operation,target,user\rgrant,"Engineering, all",ada@acme.example\r\rrole,DEVOPS,VXNlcjox'],
  ])('reads what is separated by %s', (_, text) => {
    expect(readChangeRows(text)).toEqual({ rows: expected, problems: [] })
  })

  it.each([
    [
      'UTF-16',
      Buffer.from('\uFEFFoperation,target,user\n', 'utf16le'),
      /line 1: the file is in UTF-16; save it as UTF-8/,
    ],
    ['UTF-16 without a mark', Buffer.from('{"operation":1}', 'utf16le'), /line 1: the file is in UTF-16/],
    ['Latin-1', Buffer.from('operation,target,user\ngrant,Équipe,u\n', 'latin1'), /line 2: is not in UTF-8; save it/],
    ['a workbook', Buffer.from('PK\u0003\u0004\u0014\0'), /line 1: the file is an Excel workbook, or packed; save it/],
    ['no text', Buffer.from('\u007fELF\u0002\0\0'), /line 1: the file is no text/],
  ])('refuses %s in a sentence', (_, bytes, expectedProblem) => {
    const { rows, problems } = readChangeRows(bytes.toString('utf8'))
    expect(rows).toEqual([])
    expect(problems.map(({ line, text }) => `line ${line}: ${text}`)).toEqual([expect.stringMatching(expectedProblem)])
  })

  it('reads ndjson with a byte order mark, keys in any order and further keys', () => {
    const text = '\uFEFF{"user":"u","note":1,"target":"G","operation":"grant"}\r\n'
    expect(readChangeRows(text).rows).toEqual([{ operation: 'grant', target: 'G', user: 'u', line: 1 }])
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
    [
      'operation,target, User ,user\ngrant,G,u,v',
      ['line 1: the header row names the column user twice; keep one of them'],
    ],
    ['operation,target,user\ngrant,G,u,,', ['line 2: has 5 cells where the header row has 3']],
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
