import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { readYaml } from '../../sdk/settings/placed-yaml.ts'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'
import { type AccessTest, RULES_FILE, type RulesFile } from './rules-schema.ts'

/** A test and where it stands. */
export interface PlacedTest {
  readonly test: AccessTest
  readonly name: string
  readonly file: string
  /** From 1. */
  readonly line: number
}

export interface Rules {
  readonly tests: readonly PlacedTest[]
  /** Settings of built-in rules; of several files the last word counts. */
  readonly rules: NonNullable<RulesFile['rules']>
}

const MOST_BYTES = 10_000_000

/** Reads files of rules. Errors: `not-found` for one that is not there; `invalid-argument` for one that holds something else, with each line. */
export function readRules(files: readonly string[], cwd: string): Rules {
  const read = files.map((file) => readFile(file, cwd))
  return {
    tests: read.flatMap(({ tests }) => tests),
    rules: Object.assign({}, ...read.map(({ rules }) => rules)) as Rules['rules'],
  }
}

function readFile(file: string, cwd: string): Rules {
  const refuse = (problems: readonly string[]): never => {
    throw new ConnectorError('invalid-argument', `read rules ${file}`, problems.join('; '))
  }
  const read = readYaml(textOf(file, cwd))
  if ('fault' in read)
    return refuse([
      read.fault === 'form'
        ? `line ${read.line}: not valid YAML, ${read.what}`
        : 'it uses YAML aliases that cannot be resolved',
    ])
  const { lineOf } = read
  const parsed = RULES_FILE.safeParse(read.value ?? {})
  if (!parsed.success)
    return refuse(
      problemsIn(parsed.error.issues).map(
        ({ path, text }) => `line ${lineOf(path)}: ${path.length === 0 ? '' : `${path.join('.')} `}${text}`,
      ),
    )
  const { tests = [], rules = {} } = parsed.data
  if (tests.length === 0 && Object.keys(rules).length === 0) refuse(['it holds neither tests nor rules'])
  return {
    tests: tests.map((test, i) => ({ test, name: test.name ?? `test ${i + 1}`, file, line: lineOf(['tests', i]) })),
    rules,
  }
}

function textOf(file: string, cwd: string): string {
  const path = resolve(cwd, file)
  const found = statSync(path, { throwIfNoEntry: false })
  const refuse = (code: 'not-found' | 'invalid-argument', why: string): ConnectorError =>
    new ConnectorError(code, `read rules ${file}`, why)
  if (!found) throw refuse('not-found', 'there is no such file; name a file of rules, and the snapshot with -f')
  if (!found.isFile()) throw refuse('invalid-argument', 'this is no file')
  if (found.size > MOST_BYTES) throw refuse('invalid-argument', 'it is too large for a file of rules')
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw storageError(error, `read rules ${file}`)
  }
}

interface Problem {
  readonly path: readonly PropertyKey[]
  readonly text: string
}

type Issue =
  Parameters<typeof RULES_FILE.safeParse> extends never
    ? never
    : NonNullable<ReturnType<typeof RULES_FILE.safeParse>['error']>['issues'][number]

/** The problems of a text. Of a union it gives those of the nearest branch: the one whose problem lies deepest. */
function problemsIn(issues: readonly Issue[], base: readonly PropertyKey[] = []): readonly Problem[] {
  return issues.flatMap((issue): readonly Problem[] => {
    const path = [...base, ...issue.path]
    if (issue.code !== 'invalid_union')
      return [{ path, text: issue.message.charAt(0).toLowerCase() + issue.message.slice(1) }]
    const branches = issue.errors.map((errors) => problemsIn(errors, path))
    const depth = (problems: readonly Problem[]): number =>
      Math.max(0, ...problems.map((problem) => problem.path.length))
    const best = branches.reduce<readonly Problem[]>((a, b) => (depth(b) > depth(a) ? b : a), branches[0] ?? [])
    return depth(best) > path.length
      ? best
      : [{ path, text: 'has a form that is not known; see docs/rules.schema.json' }]
  })
}
