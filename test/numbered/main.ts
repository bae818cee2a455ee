import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { numberedCases, type NumberedCase } from './cases.ts'
import { type Outcome, outcomesAt, outcomesOf } from './outcomes.ts'

// Runs the tests of every numbered case here and, with --before DIR, against the program of another checkout; prints a table.
// Ends with 1 where a case does not hold here, or holds before.
const { values } = parseArgs({ options: { before: { type: 'string' }, only: { type: 'string' } } })
const cases = numberedCases.filter(({ number }) => values.only === undefined || number === Number(values.only))
const here = await outcomesAt(resolve(import.meta.dirname, '../..'), cases)
const before = values.before === undefined ? undefined : await outcomesAt(resolve(values.before), cases)

const failed = (outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.filter(({ status }) => status === 'failed')

const told = (outcomes: readonly Outcome[]): string => {
  if (outcomes.length === 0) return 'not run on this machine'
  const bad = failed(outcomes)
  return bad.length === 0 ? `${outcomes.length} hold` : `${bad.length} of ${outcomes.length} fail`
}

function row(one: NumberedCase): string {
  const cells = [String(one.number), one.promise]
  if (one.otherwise !== undefined) return `| ${[...cells, one.otherwise, ...(before ? [''] : [])].join(' | ')} |`
  return `| ${[...cells, told(outcomesOf(one, here)), ...(before ? [told(outcomesOf(one, before))] : [])].join(' | ')} |`
}

const heads = ['Case', 'Promise', 'Here', ...(before ? ['Before'] : [])]
console.log(`| ${heads.join(' | ')} |\n|${heads.map(() => ' --- |').join('')}`)
for (const one of cases) console.log(row(one))

const sayFailures = (where: string, outcomes: readonly Outcome[]): void => {
  for (const { name, failure } of failed(outcomes)) console.log(`${where}: ${name}\n    ${failure ?? ''}`)
}
console.log()
sayFailures('here', here)
if (before) sayFailures('before', before)

const heldBefore = before ? cases.filter((one) => failed(outcomesOf(one, before)).length === 0 && one.tests) : []
for (const { number } of heldBefore) console.log(`case ${number} holds before, too, or was not run: nothing is shown`)
process.exitCode = failed(here).length > 0 || heldBefore.length > 0 || cases.length === 0 ? 1 : 0
