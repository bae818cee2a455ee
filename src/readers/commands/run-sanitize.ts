import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommandCall } from '../../sdk/cli/command.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Snapshot } from '../../sdk/snapshot/read/open-snapshot.ts'
import { rewriteSnapshot } from '../../sdk/snapshot/write/rewrite-snapshot.ts'
import { readOrMakeKey } from '../sanitize/key-file.ts'
import { Pseudonyms } from '../sanitize/pseudonyms.ts'
import { sanitizeRows } from '../sanitize/sanitize-rows.ts'
import { onlyFile, withSnapshot } from './reading.ts'

export interface SanitizeSettings {
  readonly file: readonly string[]
  readonly out: string
  readonly 'key-file': string
}

/** Writes a copy of a file with pseudonyms, all its syncs included. Exit code 0. */
export async function runSanitize(call: CommandCall, settings: SanitizeSettings): Promise<number> {
  const file = onlyFile({ file: settings.file, sync: undefined, output: 'table' }, call)
  const { cwd, random } = call.process
  const [out, keyPath] = [resolve(cwd, settings.out), resolve(cwd, settings['key-file'])]
  if (isSame(out, file.path))
    throw new ConnectorError(
      'invalid-argument',
      'sanitize',
      `--out ${settings.out} is the file that is read; name another`,
    )
  await withSnapshot(file, call, async (snapshot) => {
    const { key, isNew } = readOrMakeKey(keyPath, settings['key-file'], random)
    if (isNew)
      call.stderr.write(
        `made the key ${settings['key-file']}; keep it to yourself, and keep it for the same pseudonyms\n`,
      )
    const names = new Pseudonyms(key, typesOf(snapshot))
    const startedAt = new Map(snapshot.syncs.map((sync) => [sync.syncId, sync.startedAt]))
    await rewriteSnapshot(snapshot.databasePath, out, sanitizeRows(file.name, names, startedAt))
  })
  call.stderr.write(`wrote ${settings.out}: pseudonyms in place of names, addresses, ids and values\n`)
  return 0
}

const typesOf = (snapshot: Snapshot): readonly string[] => [
  ...new Set(
    snapshot.syncs.flatMap(({ syncId }) =>
      Array.from(snapshot.rows('v1_resource_types', syncId, { columns: ['external_id'] }), (row) =>
        String(row['external_id']),
      ),
    ),
  ),
]

function isSame(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b)
  } catch {
    // A file that does not exist yet is not the one that is read.
    return false
  }
}
