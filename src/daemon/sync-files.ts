import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const PREFIX = 'sync-'

/** Where the snapshot of a task stands until it is uploaded. No two tasks share one. */
export const syncFile = (stateDir: string, taskId: string): string => join(stateDir, `${PREFIX}${taskId}.c1z`)

/** Removes the snapshot of a task with the files that served it, which may be hidden ones beside it; without a task all that there are. */
export async function removeSyncFiles(stateDir: string, taskId?: string): Promise<readonly string[]> {
  const stem = taskId === undefined ? PREFIX : `${PREFIX}${taskId}.c1z`
  const names = (await readdir(stateDir)).filter((name) => name.startsWith(stem) || name.startsWith(`.${stem}`))
  await Promise.all(names.map((name) => rm(join(stateDir, name), { force: true, recursive: true })))
  return names
}
