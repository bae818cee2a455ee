import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompiledExpression } from '../../../../src/scim/map/compile-expression.ts'
import { compileExpression } from '../../../../src/scim/map/compile-expression.ts'
import { arityOf, FUNCTIONS } from '../../../../src/scim/map/functions/registry.ts'
import type { Value } from '../../../../src/scim/map/value.ts'
import { Fault, textOf } from '../../../../src/scim/map/value.ts'

const compile = (text: string): CompiledExpression => {
  const result = compileExpression(text)
  if ('problems' in result)
    throw new Error(result.problems.map((one) => `column ${one.column}: ${one.text}`).join('; '))
  return result.compiled
}

let seed = 1
const random = (length: number): Uint8Array =>
  Uint8Array.from({ length }, () => (seed = (seed * 48_271) % 2_147_483_647) & 0xff)

const surroundings = { now: new Date('2021-07-02T15:33:38Z'), random }

const evaluate = (text: string, attributes: Readonly<Record<string, Value>> = {}) =>
  compile(text).evaluate({ ...surroundings, attribute: (name) => attributes[name] ?? null })

/** As text where it is a date, and with the reason where there is no value. */
function outcome(text: string, attributes: Readonly<Record<string, Value>>) {
  const result = evaluate(text, attributes)
  if (result instanceof Fault) return `fault: ${result.toString()}`
  return result instanceof Date ? textOf(result) : result
}

const problems = (text: string): readonly string[] => {
  const result = compileExpression(text)
  return 'problems' in result ? result.problems.map((one) => `${one.column}: ${one.text}`) : []
}

const ADA: Readonly<Record<string, Value>> = {
  userPrincipalName: 'John.Doe@contoso.com',
  givenName: 'Zoë',
  surname: 'Doe',
  empty: '',
  phone: '+91 9998887777',
  mobile: '+1 (999) 888-7777',
  alias: 'john_doe72',
  address: '545 Tremont Street',
  flags: 514,
  enabled: true,
  yes: 'TRUE',
  hired: '2012-03-16-07:00',
  several: ['a@x.example', 'b@x.example', 'a@x.example'],
  one: ['only'],
}

/** Expressions by function, with what they come to; the first ones of each are Microsoft's own examples. */
const CASES: Readonly<Record<string, readonly (readonly [string, Value])[]>> = {
  Append: [
    ['Append([userPrincipalName], ".test")', 'John.Doe@contoso.com.test'],
    ['Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))', 'ZoëDoe'],
    ['Append([missing], "@acme.example")', null],
    ['Append([surname], [missing])', 'Doe'],
    [
      'Append([several], "x")',
      'fault: Append: source has 3 values where one belongs; choose with Item or put them together with Join',
    ],
  ],
  BitAnd: [
    ['BitAnd(&HF, &HF7)', 7],
    ['BitAnd([flags], 2)', 2],
    ['BitAnd(1.5, 2)', 'fault: BitAnd: takes whole numbers only'],
    ['BitAnd([surname], 2)', 'fault: BitAnd: value1 is no number'],
  ],
  CBool: [
    ['CBool([surname] = "Doe")', true],
    ['CBool([flags])', true],
    ['CBool(0)', false],
    ['CBool([yes])', true],
    ['CBool([surname])', 'fault: CBool: value is neither true nor false'],
  ],
  CDate: [
    ['CDate("2020-03-16-07:00")', '3/16/2020 7:00:00 AM'],
    ['CDate("2021-06-30+08:00")', '6/29/2021 4:00:00 PM'],
    ['CDate("2009-06-15T01:45:30-07:00")', '6/15/2009 8:45:30 AM'],
    ['CDate("20150123105347.1Z")', '1/23/2015 10:53:47 AM'],
    ['CDate("3/23/2012 7:00:00 PM")', '3/23/2012 7:00:00 PM'],
    ['CDate([surname])', 'fault: CDate: text is no date; read it with FormatDateTime, which takes its format'],
    ['CDate([missing])', null],
  ],
  Coalesce: [
    ['Coalesce([missing], [userPrincipalName])', 'John.Doe@contoso.com'],
    ['Coalesce([empty], [missing], "none")', 'none'],
    ['Coalesce([missing], [missing])', null],
    ['Coalesce([surname], Left([several], 1))', 'Doe'],
  ],
  ConvertToBase64: [['ConvertToBase64("Hello world!")', 'SABlAGwAbABvACAAdwBvAHIAbABkACEA']],
  ConvertToUTF8Hex: [['ConvertToUTF8Hex("Hello world!")', '48656C6C6F20776F726C6421']],
  Count: [
    ['Count([several])', 3],
    ['Count([surname])', 1],
    ['Count([missing])', 0],
  ],
  CStr: [
    ['CStr([flags])', '514'],
    ['CStr([enabled])', 'True'],
    ['CStr([one])', 'only'],
  ],
  DateAdd: [
    ['DateAdd("d", 7, CDate([hired]))', '3/23/2012 7:00:00 AM'],
    ['DateAdd("d", -10, CDate([hired]))', '3/6/2012 7:00:00 AM'],
    ['DateAdd("ww", 2, CDate([hired]))', '3/30/2012 7:00:00 AM'],
    ['DateAdd("m", 10, CDate([hired]))', '1/16/2013 7:00:00 AM'],
    ['DateAdd("yyyy", 2, CDate([hired]))', '3/16/2014 7:00:00 AM'],
    ['DateAdd("m", 1, CDate("2023-01-31"))', '2/28/2023 12:00:00 AM'],
    ['DateAdd("h", 30, CDate("2023-01-31"))', '2/1/2023 6:00:00 AM'],
    ['DateAdd("yyyy", 9000, CDate("2023-01-31"))', 'fault: DateAdd: leaves the years 1 to 9999'],
    ['DateAdd([surname], 1, Now())', 'fault: DateAdd: interval must be one of yyyy, m, d, ww, h, n, s'],
  ],
  DateDiff: [
    ['DateDiff("d", CDate("2021-08-18+08:00"), CDate("2021-08-31+08:00"))', 13],
    ['DateDiff("d", CDate("8/25/2021 5:41:18 PM"), CDate([hired]))', -3449],
    ['DateDiff("ww", CDate("8/25/2021 5:41:18 PM"), CDate([hired]))', -493],
    ['DateDiff("m", CDate("8/25/2021 5:41:18 PM"), CDate([hired]))', -113],
    ['DateDiff("yyyy", CDate("8/25/2021 5:41:18 PM"), CDate([hired]))', -9],
    ['DateDiff("d", CDate("2021-08-31+08:00"), CDate("2021-08-31+08:00"))', 0],
    ['DateDiff("h", CDate("2021-08-24"), CDate("2021-08-25"))', 24],
    ['DateDiff("n", CDate("2021-08-24"), CDate("2021-08-25"))', 1440],
    ['DateDiff("s", CDate("2021-08-24"), CDate("2021-08-25"))', 86_400],
    ['IIF(DateDiff("d", Now(), CDate([hired])) > 5, "False", "True")', 'True'],
  ],
  DateFromNum: [
    ['DateFromNum(129699324000000000)', '1/1/2012 11:00:00 PM'],
    ['DateFromNum("129699324000000000")', '1/1/2012 11:00:00 PM'],
    ['DateFromNum(0)', '1/1/1601 12:00:00 AM'],
  ],
  FormatDateTime: [
    ['FormatDateTime("20150123105347.1Z", , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")', '2015-01-23'],
    ['FormatDateTime("2020-12-31-08:00", , "yyyy-MM-ddzzz", "yyyy-MM-dd")', '2020-12-31'],
    ['FormatDateTime("2/3/2026 01:04:05 PM", , "M/d/yyyy hh:mm:ss tt", "dd.MM.yy HH:mm")', '03.02.26 13:04'],
    ['FormatDateTime(Now(), , , "dddd, d MMMM yyyy")', 'Friday, 2 July 2021'],
    [`FormatDateTime("2026-01-05", , "yyyy-MM-dd", "ddd 'the' d. MMM")`, 'Mon the 5. Jan'],
    [
      'FormatDateTime("2026-02-30", , "yyyy-MM-dd", "yyyy")',
      'fault: FormatDateTime: source has another form than yyyy-MM-dd',
    ],
    ['FormatDateTime([missing], , "yyyy", "yy")', null],
  ],
  IgnoreFlowIfNullOrEmpty: [
    ['IgnoreFlowIfNullOrEmpty(Switch([prefix], "", "3443", "Dr."))', null],
    ['IgnoreFlowIfNullOrEmpty([surname])', 'Doe'],
  ],
  IIF: [
    ['IIF([surname]="Doe","yes","no")', 'yes'],
    ['IIF([surname]<>"Doe","yes","no")', 'no'],
    ['IIF([flags] > 512, "big", "small")', 'big'],
    ['IIF([flags] >= 515, "big", "small")', 'small'],
    ['IIF([flags] < 515, "less", "more")', 'less'],
    ['IIF([flags] <= 514, "less", "more")', 'less'],
    ['IIF([surname] > 5, "a", "b")', 'b'],
    ['IIF([missing] = "", "empty", "full")', 'empty'],
    ['IIF(IsNullOrEmpty([missing]), "Other", [missing])', 'Other'],
    ['IIF([enabled] = "true", 1, 2)', 1],
    ['IIF([missing], "a", "b")', 'b'],
    ['IIF(IsPresent([missing]), CBool([missing]), Left([surname], 1))', 'D'],
    ['IIF([surname], "a", "b")', 'fault: IIF: condition is neither true nor false'],
    [
      'IIF([enabled], Left([several], 1), "b")',
      'fault: Left: source has 3 values where one belongs; choose with Item or put them together with Join',
    ],
  ],
  InStr: [
    ['InStr("The quick brown fox","quick")', 5],
    ['InStr("repEated","e",3,vbBinaryCompare)', 7],
    ['InStr("repEated","E",3,vbTextCompare)', 4],
    ['InStr("abc", "x")', 0],
    ['InStr("abc", "a", [missing])', 1],
    ['InStr("abc", "a", 1, [surname])', 'fault: InStr: compareType must be vbTextCompare or vbBinaryCompare'],
  ],
  IsNull: [
    ['IsNull([missing])', true],
    ['IsNull([empty])', false],
  ],
  IsNullOrEmpty: [
    ['IsNullOrEmpty([missing])', true],
    ['IsNullOrEmpty([empty])', true],
    ['IsNullOrEmpty([surname])', false],
  ],
  IsPresent: [
    ['IsPresent([surname])', true],
    ['IsPresent([empty])', false],
  ],
  IsString: [
    ['IsString([surname])', true],
    ['IsString([flags])', false],
    ['IsString([missing])', false],
  ],
  Item: [
    ['Item([several], 1)', 'a@x.example'],
    ['Item([several], 4)', null],
    ['Item([surname], 1)', 'Doe'],
  ],
  Join: [
    ['Join(", ", "", [surname], [givenName])', 'Doe, Zoë'],
    ['Join(";", [several])', 'a@x.example;b@x.example;a@x.example'],
    ['Join(" ", [missing], [surname])', 'Doe'],
    ['Join("", 1000, [flags])', '1000514'],
    ['Join(" ", [missing])', ''],
  ],
  Left: [
    ['Left("John Doe", 3)', 'Joh'],
    ['Left("abc", 0)', ''],
    ['Left("abc", -1)', 'abc'],
    ['Left("abc", 9)', 'abc'],
    ['Left("😀bc", 1)', '😀'],
  ],
  Mid: [
    ['Mid("abcdef", 2, 3)', 'bcd'],
    ['Mid("abc", 2, 99)', 'bc'],
    ['Mid("abc", 9, 1)', ''],
    ['Mid("abc", [flags], 1)', ''],
  ],
  NormalizeDiacritics: [
    ['NormalizeDiacritics([givenName])', 'Zoe'],
    [
      'NormalizeDiacritics("ÅÄÖ åäö Łukasz Çağrı Strauß øre Æsir Ǟ ș ẕ")',
      'AAO aao Lukasz Cagri Strauss oere AEsir A s z',
    ],
    ['NormalizeDiacritics("Ελλάδα 山")', 'Ελλαδα 山'],
  ],
  Not: [
    ['Not([enabled])', false],
    ['Not("False")', true],
    ['Not([missing])', null],
    ['Not([yes])', false],
  ],
  Now: [['Now()', '7/2/2021 3:33:38 PM']],
  NumFromDate: [
    ['NumFromDate("2012-01-01T23:00:00Z")', '129699324000000000'],
    [
      'NumFromDate(Join("", FormatDateTime("2020-12-31-08:00", ,"yyyy-MM-ddzzz", "yyyy-MM-dd"), " 23:59:59-08:00"))',
      '132539615990000000',
    ],
  ],
  PCase: [
    ['PCase("PABLO GONSALVES (SECOND)")', 'Pablo Gonsalves (Second)'],
    [`PCase("PINTO-DE'SILVA", " '-")`, "Pinto-De'Silva"],
    [`PCase("PINTO-DE'SILVA", " ")`, "Pinto-de'silva"],
  ],
  Redact: [['Redact([surname])', 'Doe']],
  RemoveDuplicates: [['RemoveDuplicates([several])', ['a@x.example', 'b@x.example']]],
  Replace: [
    ['Replace("Product Developer","Product Developer", , , "Software Engineer", , )', 'Software Engineer'],
    ['Replace("jsmith","<username>", , , , , "<username>@contoso.com")', 'jsmith@contoso.com'],
    [
      String.raw`Replace([phone], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", , "${'${phoneNumber}'}", , )`,
      '9998887777',
    ],
    [String.raw`Replace([mobile], , "[()\\s-]+", , "", , )`, '+19998887777'],
    [String.raw`Replace([address], ,"(?<streetNumber>^\\d*)","streetNumber", "888", , )`, '888 Tremont Street'],
    ['Replace([userPrincipalName], , "(?<Suffix>@(.)*)", "Suffix", "", , )', 'John.Doe'],
    [
      String.raw`Replace([missing], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", "phoneNumber" , , [phone], )`,
      '9998887777',
    ],
    [String.raw`Replace([surname], , "(?<x>\\d)", "x" , , [phone], )`, 'Doe'],
    ['Replace([alias], , "[a-zA-Z_]*", , "", , )', '72'],
    ['Replace([userPrincipalName], "@contoso.com", , ,"", ,)', 'John.Doe'],
    ['Replace("a.b.c", ".", , , "")', 'abc'],
    ['Replace([missing], "a", , , "b")', null],
    ['Replace("ab", , "(a)(b)", , "$2$1$$")', 'ba$'],
    ['Replace("ab", "b", , , [missing])', null],
    ['Replace("Aa", , "(?i)a", , "x")', 'xx'],
  ],
  SingleAppRoleAssignment: [
    ['SingleAppRoleAssignment([surname])', 'Doe'],
    ['SingleAppRoleAssignment([missing])', null],
    ['SingleAppRoleAssignment(RemoveDuplicates([one]))', 'only'],
    [
      'SingleAppRoleAssignment([several])',
      'fault: SingleAppRoleAssignment: roles names 2 roles, of which only one can be given',
    ],
  ],
  Split: [
    ['Split("PermissionSetOne, PermissionSetTwo", ",")', ['PermissionSetOne', 'PermissionSetTwo']],
    ['Item(Split([userPrincipalName], "@"), 2)', 'contoso.com'],
  ],
  StripSpaces: [['StripSpaces(" a b  c ")', 'abc']],
  Switch: [
    ['Switch("QLD", "Australia/Sydney", "NSW", "Australia/Sydney","QLD", "Australia/Brisbane")', 'Australia/Brisbane'],
    ['Switch([missing], "Default Value", "true", "1", "", "0")', '0'],
    ['Switch("x", "default", "y", "1")', 'default'],
    ['Switch("x", , "y", "1")', null],
    ['Switch([enabled], , "False", "True", "True", "False")', 'False'],
    ['Switch("DOE", "no", "Doe", "yes")', 'no'],
    ['Switch([flags], "no", 514, "yes")', 'yes'],
  ],
  ToLower: [
    ['ToLower("İSTANBUL", "tr-TR")', 'istanbul'],
    ['ToLower("ISTANBUL")', 'istanbul'],
    ['ToLower("X", [surname])', 'x'],
    ['ToLower("X", [userPrincipalName])', 'fault: ToLower: culture must be a language such as en-US'],
  ],
  ToUpper: [
    ['ToUpper("istanbul", "tr-TR")', 'İSTANBUL'],
    ['ToUpper("straße")', 'STRASSE'],
  ],
  Word: [
    ['Word("The quick brown fox",3," ")', 'brown'],
    ['Word("This,string!has&many separators",3,",!&#")', 'has'],
    ['Word("one", 2, " ")', ''],
    ['Word("one", 0, " ")', ''],
  ],
  SelectUniqueValue: [
    ['SelectUniqueValue(Join("@", [surname], "x"), Join("@", Left([surname], 1), "x"), "D@x")', ['Doe@x', 'D@x']],
  ],
}

/** Those whose value is another one each time have tests of their own. */
const RANDOM = ['Guid', 'RandomString']

describe('functions', () => {
  it.each(Object.values(CASES).flat())('%s', (text, expected) => {
    expect(outcome(text, ADA)).toEqual(expected)
  })

  it('have a case each', () => {
    expect([...Object.keys(CASES), ...RANDOM].sort()).toEqual([...FUNCTIONS.keys()].sort())
    for (const [name, cases] of Object.entries(CASES)) expect(cases[0]?.[0]).toContain(`${name}(`)
  })

  it('give each GUID once, of version 4', () => {
    const guids = Array.from({ length: 20 }, () => String(evaluate('Guid()')))
    for (const guid of guids)
      expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(new Set(guids).size).toBe(20)
  })

  it('give random texts of the length and with the characters that were asked for', () => {
    const counts = fc.record({
      digits: fc.integer({ min: 0, max: 5 }),
      special: fc.integer({ min: 0, max: 5 }),
      capitals: fc.integer({ min: 0, max: 5 }),
      small: fc.integer({ min: 0, max: 5 }),
      more: fc.integer({ min: 1, max: 10 }),
    })
    fc.assert(
      fc.property(counts, ({ digits, special, capitals, small, more }) => {
        const length = digits + special + capitals + small + more
        const text = String(evaluate(`RandomString(${length}, ${digits}, ${special}, ${capitals}, ${small}, "?,lO0")`))
        const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0
        expect(text).toHaveLength(length)
        expect(text).not.toMatch(/[?,lO0]/)
        expect(count(/\d/g)).toBeGreaterThanOrEqual(digits)
        expect(count(/[^\w]|_/g)).toBeGreaterThanOrEqual(special)
        if (special === 0) expect(count(/[^\w]|_/g)).toBe(0)
        expect(count(/[A-Z]/g)).toBeGreaterThanOrEqual(capitals)
        expect(count(/[a-z]/g)).toBeGreaterThanOrEqual(small)
      }),
    )
  })

  it('never throw, whatever the source holds', () => {
    const value: fc.Arbitrary<Value> = fc.oneof(
      fc.constantFrom(
        '',
        'True',
        '2026-02-30',
        '[',
        '${a}',
        '9'.repeat(40),
        '\u0000',
        'vbTextCompare',
        'yyyy-MM-dd',
        '(?<a>b)',
        'en-US',
      ),
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.boolean(),
      fc.array(fc.string({ unit: 'grapheme' })),
      fc.constant(null),
    )
    const calls = [...FUNCTIONS.values()].map((definition) => {
      const { least, most } = arityOf(definition)
      const count = definition.repeats === 'pair' ? least + 2 : Math.min(most, least + 2)
      const args = Array.from({ length: count }, (_, i) => `[a${i}]`)
      // Which form of Replace is meant has to stand in the expression.
      return compile(
        definition.name === 'Replace' ? 'Replace([a0], , [a1], [a2], [a3])' : `${definition.name}(${args.join(', ')})`,
      )
    })
    fc.assert(
      fc.property(fc.constantFrom(...calls), fc.array(value, { minLength: 10, maxLength: 10 }), (call, values) => {
        const result = call.evaluate({ ...surroundings, attribute: (name) => values[Number(name.slice(1))] ?? null })
        if (result instanceof Fault) expect(result.toString()).not.toBe('')
        else expect(textOf(result)).toBeTypeOf('string')
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a call that cannot be right', () => {
  it.each([
    ['ToLowr([a])', ['1: there is no function ToLowr; did you mean ToLower?']],
    ['tolower([a])', ['1: there is no function tolower; did you mean ToLower?']],
    ['constructor([a])', ['1: there is no function constructor']],
    ['Left([a])', ['1: Left(source, count) takes 2 arguments, not 1']],
    ['Guid([a])', ['1: Guid() takes 0 arguments, not 1']],
    ['Mid([a], 0, 1)', ['10: Mid: start counts from 1']],
    ['Left([a], "x")', ['11: Left: count is no number']],
    ['Left([a], )', ['11: Left: count is missing']],
    ['Not("maybe")', ['5: Not: value is neither true nor false']],
    ['DateAdd("q", 1, Now())', ['9: DateAdd: interval must be one of yyyy, m, d, ww, h, n, s']],
    ['DateAdd("d", 1, "soon")', ['17: DateAdd: date is no date; read it with FormatDateTime, which takes its format']],
    ['Left([a], Not([b]))', ['11: Left: count is to be a number, and Not gives True or False']],
    ['DateDiff("d", Count([a]), Now())', ['15: DateDiff: date1 is to be a date, and Count gives a number']],
    ['Switch([a], "b", "c")', ['1: Switch(source, default, key, value, …) takes at least 4 arguments, not 3']],
    [
      'Switch([a], "b", "c", "d", "e")',
      ['1: Switch(source, default, key, value, …) takes its last two arguments in pairs; one is left over'],
    ],
    ['ToLower([a], "??")', ['14: ToLower: culture must be a language such as en-US']],
    ['InStr([a], "b", 1, "c")', ['20: InStr: compareType must be vbTextCompare or vbBinaryCompare']],
    [
      'FormatDateTime([a], , "yyyy-MM-dd", "x")',
      ['37: FormatDateTime: outputFormat has no letter that stands for a part of a date'],
    ],
    ['RandomString(3, 2, 2, 0, 0)', ['14: RandomString: length is less than the characters asked for']],
    [
      'Join(" ", SelectUniqueValue("a", "b"))',
      ['11: SelectUniqueValue must be the whole expression, not a part of another one'],
    ],
    [
      'AppRoleAssignmentsComplex([appRoleAssignments])',
      [
        '1: AppRoleAssignmentsComplex is not offered: it makes a list of entries, and a line of a mapping gives one value',
      ],
    ],
    ['Replace([a], , "(b", , "c")', ['16: Replace: regexPattern has a ( that nothing closes']],
    ['Replace([a], , "(?<x>b)", "y", "c")', ['27: Replace: regexGroupName names a group y that regexPattern has not']],
    ['Replace([a], "", , , "c")', ['14: Replace: oldValue must not be empty']],
    ['Replace([a], "b")', [expect.stringMatching(/^1: Replace takes one of five forms/)]],
    [
      'Append(Lef([a], 1), Righ([b], 2))',
      ['8: there is no function Lef; did you mean Left?', '21: there is no function Righ'],
    ],
  ])('%s', (text, expected) => expect(problems(text)).toEqual(expected))
})
