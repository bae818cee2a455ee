import { describe, expect, it } from 'vitest'
import { readPeople } from '../../../src/commands/people.ts'

const problemsOf = (text: string): readonly string[] =>
  readPeople(text).problems.map((problem) => `line ${problem.line}: ${problem.text}`)

describe('readPeople', () => {
  it.each([
    ['a column email', 'name,email\nAda,ada@acme.example\n'],
    ['semicolons and a heading of its own', 'Name; E-Mail Address ;Team\nAda;ada@acme.example;Ops\n'],
    ['tabs, a byte order mark and CRLF', '\uFEFFE-mail\tName\r\nada@acme.example\tAda\r\n'],
    ['bars and empty rows', 'mail|name\n|\nada@acme.example|Ada\n\n'],
    ['one column', 'Work e-mail\nada@acme.example'],
    ['a name with commas and line breaks', 'name,E_MAIL\n"Okafor,\nAda",ada@acme.example'],
    ['another column about mail', 'email_verified,Email,mailbox\nyes,ada@acme.example,x'],
    ['another language', 'Nom,Adresse e-mail\nAda,ada@acme.example'],
    ['blanks around cells', 'name, email\nAda, ada@acme.example '],
  ])('finds the address in a file with %s', (_, text) => {
    const { people, problems } = readPeople(text)
    expect(problems).toEqual([])
    expect(people.map(({ email }) => email)).toEqual(['ada@acme.example'])
  })

  it('names each address once, with its first line', () => {
    expect(readPeople('email\nada@acme.example\n\nADA@acme.example\nb@acme.example\n').people).toEqual([
      { email: 'ada@acme.example', line: 2 },
      { email: 'b@acme.example', line: 5 },
    ])
  })

  it.each([
    [
      'name,phone\nAda,1',
      ['line 1: the header row must name a column of e-mail addresses, for example email; it names "name", "phone"'],
    ],
    [
      'ada@acme.example\nb@acme.example',
      ['line 1: the header row must name a column of e-mail addresses, for example email; it names "ada@acme.example"'],
    ],
    [
      'Work e-mail,Private e-mail\na@b.example,c@d.example',
      [
        'line 1: the header row names several columns of e-mail addresses, "Work e-mail", "Private e-mail"; rename the right one to email',
      ],
    ],
    [
      'email,name\n,Ada\nn/a,Bo\nx@y.example\n"a@b.example',
      [
        'line 2: holds no e-mail address',
        'line 3: "n/a" is no e-mail address',
        'line 4: has 1 cells where the header row has 2',
        'line 5: a quote is opened and not closed',
      ],
    ],
    ['email,name\n', ['line 1: names columns, but has no rows below it']],
    ['', ['line 1: holds nobody']],
  ])('names every line of %j that is wrong', (text, expected) => {
    expect(problemsOf(text)).toEqual(expected)
  })

  it('refuses UTF-16 in a sentence', () => {
    const text = Buffer.from('\uFEFFName\tE-mail\r\nAda\tada@acme.example', 'utf16le').toString('utf8')
    expect(problemsOf(text)).toEqual(['line 1: the file is in UTF-16; save it as UTF-8, in Excel as "CSV UTF-8"'])
  })
})
