import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommandCall } from '../../sdk/cli/command.ts'
import { ConnectorError, exitCodeOf } from '../../sdk/ground/errors.ts'
import { type CheckedCase, type CheckedFile, checkFile } from '../check/check-file.ts'
import { FINDINGS } from '../check/finding.ts'
import { junitXml } from '../check/junit.ts'
import { readRules } from '../check/read-rules.ts'
import { RULE_IDS } from '../check/rules/rule-ids.ts'
import { sarifJson } from '../check/sarif.ts'
import { findFiles } from '../file/open-files.ts'
import { writeWholeFile } from '../output/whole-file.ts'
import { choiceOf, filesOf, originShape, type RowSettings, withView } from './reading.ts'
import { writeAnswer } from './write-answer.ts'

export interface CheckSettings extends RowSettings {
  readonly tag: readonly string[]
  readonly 'skip-rules': readonly string[]
  readonly junit: string | undefined
  readonly sarif: string | undefined
}

/** Holds tests and rules against snapshots. Exit code 0 where all is as it should be, else 10; what could not be run decides before both. Errors: as `readRules`, `withView`. */
export async function runCheck(call: CommandCall, settings: CheckSettings, words: readonly string[]): Promise<number> {
  const { cwd, clock } = call.process
  const snapshots = words.filter((word) => isSnapshot(resolve(cwd, word)))
  if (snapshots.length > 0 && settings.file.length > 0)
    throw new ConnectorError(
      'invalid-argument',
      'check',
      `${snapshots.join(', ')} and the file of -f are both snapshots; name snapshots either as words or with -f`,
    )
  const rules = readRules(
    words.filter((word) => !snapshots.includes(word)),
    cwd,
  )
  const files = snapshots.length > 0 ? findFiles(snapshots, cwd) : filesOf(settings, call)
  const skipped = new Set(settings['skip-rules'].flatMap((id) => (id === 'all' ? RULE_IDS : [id])))
  const checked: CheckedFile[] = []
  for (const file of files)
    checked.push(
      await withView(file, settings, call, (view) =>
        checkFile(view, file, { rules, skipped, tags: settings.tag, now: clock.now() }),
      ),
    )
  await writeReports(call, settings, checked)
  return told(call, settings, checked)
}

/** Whether a word of the command line is the snapshot itself, of which all kinds begin alike. */
function isSnapshot(path: string): boolean {
  let file: number | undefined
  try {
    // To open a fifo waits for whoever writes into it.
    if (!statSync(path).isFile()) return false
    file = openSync(path, 'r')
    const head = Buffer.alloc(3)
    readSync(file, head, 0, 3, 0)
    return head.toString('latin1') === 'C1Z'
  } catch {
    // The code that reads the file later reports this.
    return false
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

async function writeReports(
  call: CommandCall,
  { junit, sarif }: CheckSettings,
  checked: readonly CheckedFile[],
): Promise<void> {
  const { cwd, clock, version } = call.process
  const write = (file: string, text: string): Promise<unknown> =>
    writeWholeFile(resolve(cwd, file), async (output) => output.write(text))
  if (junit !== undefined) await write(junit, junitXml(checked, clock.now()))
  if (sarif !== undefined) await write(sarif, sarifJson(checked, version))
}

function told(call: CommandCall, settings: CheckSettings, checked: readonly CheckedFile[]): number {
  const cases = checked.flatMap((file) => file.cases)
  const isOneOfMany = checked.length > 1
  const rows = checked.flatMap(({ file, endedAt, cases: of }) =>
    of
      .flatMap(({ findings }) => findings)
      .map((finding) =>
        isOneOfMany ? { tenant: file.tenant, syncedAt: endedAt, file: file.name, ...finding } : finding,
      ),
  )
  const broken = cases.flatMap((each) => each.errors.map((error) => ({ each, error })))
  const answer = {
    files: checked.map(({ file, sync, endedAt }) => ({ tenant: file.tenant, file: file.name, sync, endedAt })),
    cases: cases.length,
    errors: broken.map(({ each, error }) => ({
      test: each.name,
      rulesFile: each.place?.file ?? null,
      line: each.place?.line ?? null,
      code: error.code,
      message: error.inFull,
    })),
    passed: cases.filter(({ findings, errors }) => findings.length === 0 && errors.length === 0).length,
  }
  writeAnswer(call, {
    ...settings,
    shape: isOneOfMany ? originShape(FINDINGS) : FINDINGS,
    rows,
    choice: choiceOf(settings),
    answer,
    name: 'findings',
  })
  const count = (are: readonly CheckedCase[], word: string): string =>
    `${are.length} ${word}${are.length === 1 ? '' : 's'}`
  const tests = cases.filter(({ place }) => place)
  call.stderr.write(
    `${count(tests, 'test')}, ${count(
      cases.filter(({ place }) => !place),
      'built-in rule',
    )}: ${rows.length === 0 ? 'nothing found' : `${rows.length} found`}\n`,
  )
  if (broken.length > 0) {
    const refused = refusal(broken)
    call.stderr.write(`${refused.fullMessage}\n`)
    return exitCodeOf(refused.code)
  }
  return rows.length > 0 ? exitCodeOf('aborted') : 0
}

/** One error for everything that could not be run; where the codes differ it is `invalid-argument`. */
function refusal(broken: readonly { readonly each: CheckedCase; readonly error: ConnectorError }[]): ConnectorError {
  const codes = new Set(broken.map(({ error }) => error.code))
  const [code = 'invalid-argument'] = codes
  const lines = (words: (error: ConnectorError) => string): string =>
    broken
      .map(
        ({ each: { place, name }, error }) => `${place ? `${place.file}:${place.line}: ` : ''}${name}: ${words(error)}`,
      )
      .join('\n  ')
  const head = `${broken.length} could not be run`
  return new ConnectorError(
    codes.size === 1 ? code : 'invalid-argument',
    'check',
    `${head}\n  ${lines(({ detail }) => detail)}`,
    broken[0]?.error,
    undefined,
    `${head}\n  ${lines(({ inFull }) => inFull)}`,
  )
}
