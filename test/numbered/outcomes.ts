import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { NumberedCase } from './cases.ts'

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
})

/** How one test ended. */
export interface Outcome {
  readonly file: string
  readonly name: string
  readonly status: string
  /** First line of its failure. */
  readonly failure?: string
}

const root = join(import.meta.dirname, '../..')

/** Runs the tests of some cases against the program of a checkout. Errors: where the run leaves no report. */
export async function outcomesAt(checkout: string, cases: readonly NumberedCase[]): Promise<readonly Outcome[]> {
  const tests = cases.flatMap((one) => one.tests ?? [])
  const folder = mkdtempSync(join(tmpdir(), 'baton-numbered-'))
  const report = join(folder, 'report.json')
  // Between the names of a group and of a test vitest puts more than a blank.
  const patternOf = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '.{1,3}')
  const names = tests.map(([, name]) => patternOf(name)).join('|')
  const args = [
    ...['run', '--config', 'vitest.numbered.config.ts', '--reporter', 'json', '--outputFile', report],
    ...['-t', `(${names})`, ...new Set(tests.map(([file]) => `test/${file}`))],
  ]
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const env = { ...process.env, TEST_CHECKOUT: checkout }
  try {
    // Its exit code says that some test failed, which the report tells in detail.
    await new Promise<void>((resolve) => {
      execFile(process.execPath, [vitest, ...args], { cwd: root, env, maxBuffer: Infinity }, () => resolve())
    })
    const { testResults } = Report.parse(JSON.parse(readFileSync(report, 'utf8')))
    return testResults.flatMap(({ name: path, assertionResults }) =>
      assertionResults.map(({ fullName, status, failureMessages }) => ({
        file: path.slice(join(root, 'test/').length),
        name: fullName.replaceAll(' > ', ' '),
        status,
        ...(failureMessages?.[0] !== undefined && { failure: failureMessages[0].split('\n')[0] ?? '' }),
      })),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The outcomes of the tests of one case; what was left out by its name is none. */
export const outcomesOf = ({ tests = [] }: NumberedCase, all: readonly Outcome[]): readonly Outcome[] =>
  all.filter(
    ({ file, name, status }) =>
      status !== 'skipped' && status !== 'pending' && tests.some(([f, n]) => f === file && name.startsWith(n)),
  )
