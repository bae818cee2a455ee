import { Expansion } from '../../readers/access/expansion.ts'
import { Resolver } from '../../readers/check/resolve.ts'
import { runRules } from '../../readers/check/run-rules.ts'
import { type NamedFile, openFile } from '../../readers/file/open-files.ts'
import { shownSync } from '../../readers/file/shown-sync.ts'
import { SyncView } from '../../readers/file/sync-view.ts'
import { keptNames } from '../../readers/names/find-thing.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { type Checked, CheckOrder, type CheckReply } from './check-order.ts'

/** Holds the built-in rules against one sync of a file. Errors: as `openFile`. */
async function check({ file, syncId, tempDir, now }: CheckOrder): Promise<Checked> {
  const named: NamedFile = file
  using snapshot = await openFile(named, tempDir)
  const view = new SyncView(file.name, snapshot, shownSync(snapshot, file.name, syncId))
  const [names, expansion] = [keptNames(view), new Expansion(view)]
  const resolver = new Resolver(view, names, expansion)
  const results = runRules({ view, names, expansion, resolver, now: new Date(now) }, {}, new Set())
  return {
    findings: results.flatMap(({ found }) =>
      found.map(({ finding: { rule, level, name, email, message, type, id } }) => ({
        ...{ rule, level, name, email, message, type, id },
      })),
    ),
    rules: results.map(({ rule: { id, summary }, found }) => ({ id, summary, found: found.length })),
    errors: results.flatMap(({ errors }) => errors.map(({ inFull }) => inFull)),
  }
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
