import { Expansion } from '../../readers/access/expansion.ts'
import type { Found } from '../../readers/check/finding.ts'
import { readRules } from '../../readers/check/read-rules.ts'
import { Resolver } from '../../readers/check/resolve.ts'
import { runRules } from '../../readers/check/run-rules.ts'
import { TestRun } from '../../readers/check/run-tests.ts'
import { type NamedFile, openFile } from '../../readers/file/open-files.ts'
import { shownSync } from '../../readers/file/shown-sync.ts'
import { SyncView } from '../../readers/file/sync-view.ts'
import { keyOf } from '../../readers/model/thing.ts'
import { keptNames } from '../../readers/names/find-thing.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { type Checked, CheckOrder, type CheckReply } from './check-order.ts'

/** Holds the built-in rules, and those of files, against one sync. Errors: as `openFile` and `readRules`. */
async function check({ file, syncId, tempDir, now, rules: files, cwd }: CheckOrder): Promise<Checked> {
  const named: NamedFile = file
  const { tests, rules } = readRules(files, cwd)
  using snapshot = await openFile(named, tempDir)
  const view = new SyncView(file.name, snapshot, shownSync(snapshot, file.name, syncId))
  const [names, expansion] = [keptNames(view), new Expansion(view)]
  const resolver = new Resolver(view, names, expansion)
  const run = new TestRun(view, expansion, resolver, new Date(now))
  const cases = [
    ...tests.map((placed) => {
      const { found, errors } = run.run(placed)
      const place = `${placed.file}:${placed.line}`
      return { id: placed.name, summary: place, found, errors: errors.map(({ inFull }) => `${place}: ${inFull}`) }
    }),
    ...runRules({ view, names, expansion, resolver, now: new Date(now) }, rules, new Set()).map(
      ({ rule: { id, summary }, found, errors }) => ({
        ...{ id, summary, found },
        errors: errors.map(({ inFull }) => inFull),
      }),
    ),
  ]
  return {
    findings: cases.flatMap(({ found }) => found.map(toldOf)),
    rules: cases.map(({ id, summary, found }) => ({ id, summary, found: found.length })),
    errors: cases.flatMap(({ errors }) => errors),
  }
}

/** Most other resources of a finding that a way is looked for. */
const MOST_OTHERS = 5

const toldOf = ({ finding, concerns }: Found): Checked['findings'][number] => {
  const { rule, level, name, email, message, type, id, test } = finding
  const others = concerns.map((thing) => keyOf(thing.id)).filter((key) => key !== `${type}:${id}`)
  return { ...{ rule, level, name, email, message, type, id, test }, others: others.slice(0, MOST_OTHERS) }
}

async function answer(message: unknown): Promise<CheckReply> {
  try {
    return { checked: await check(CheckOrder.parse(message)) }
  } catch (error) {
    return { failure: ConnectorError.from(error, 'check').detail }
  }
}

// It is told once, answers once, and ends.
process.once('message', (message) => {
  void answer(message).then((reply) => process.send?.(reply, () => process.disconnect()))
})
