import type { ConnectorError } from '../../sdk/ground/errors.ts'
import { Expansion } from '../access/expansion.ts'
import { endOfSync, type NamedFile } from '../file/open-files.ts'
import type { SyncView } from '../file/sync-view.ts'
import { keptNames } from '../names/find-thing.ts'
import { hasTags } from '../rows/has-tags.ts'
import type { Finding, Found } from './finding.ts'
import type { Rules } from './read-rules.ts'
import { Resolver } from './resolve.ts'
import { runRules } from './run-rules.ts'
import { TestRun } from './run-tests.ts'

/** A test or a rule that was held against one file. */
export interface CheckedCase {
  /** File of the test; `built-in rules` for those. */
  readonly suite: string
  readonly name: string
  readonly findings: readonly Finding[]
  /** Why it could not be held against the file. */
  readonly errors: readonly ConnectorError[]
  /** Of a test: where it stands. */
  readonly place?: { readonly file: string; readonly line: number }
}

/** One file and all that was held against it. */
export interface CheckedFile {
  readonly file: NamedFile
  readonly sync: string
  readonly endedAt: string
  readonly cases: readonly CheckedCase[]
}

export const BUILT_IN_SUITE = 'built-in rules'

export interface CheckOptions {
  readonly rules: Rules
  readonly skipped: ReadonlySet<string>
  /** Only findings that concern what has all of these tags. */
  readonly tags: readonly string[]
  readonly now: Date
}

/** Holds all tests and rules against one sync. Errors: `data-loss` for a damaged row; what cannot be run is told in its case. */
export function checkFile(view: SyncView, file: NamedFile, { rules, skipped, tags, now }: CheckOptions): CheckedFile {
  const [names, expansion] = [keptNames(view), new Expansion(view)]
  const resolver = new Resolver(view, names, expansion)
  const chosen = (found: readonly Found[]): readonly Finding[] =>
    found
      .filter(({ concerns }) => tags.length === 0 || [...hasTags(concerns, tags)].length > 0)
      .map(({ finding }) => finding)
  const run = new TestRun(view, expansion, resolver, now)
  const tests = rules.tests.map((placed): CheckedCase => {
    const { found, errors } = run.run(placed)
    const { file: suite, name, line } = placed
    return { suite, name, findings: chosen(found), errors, place: { file: suite, line } }
  })
  const builtIn = runRules({ view, names, expansion, resolver, now }, rules.rules, skipped).map(
    ({ rule, found, errors }): CheckedCase => ({
      suite: BUILT_IN_SUITE,
      name: rule.id,
      findings: chosen(found),
      errors,
    }),
  )
  return { file, sync: view.sync.syncId, endedAt: endOfSync(view.sync), cases: [...tests, ...builtIn] }
}
