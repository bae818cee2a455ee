import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A snapshot of a task, or what its store puts beside it. The folder may hold files of others. */
const NAME = /^\.?sync-[a-zA-Z0-9]+\.c1z(\.(tmp|lock)|\.(work|update|base|image)(-\w+)?)?$/

/** Where the snapshot of a task stands until it is uploaded. No two tasks share one. */
export const syncFile = (stateDir: string, taskId: string): string => join(stateDir, `sync-${taskId}.c1z`)

/** Removes the snapshot of a task with the files that served it, which may be hidden ones beside it; without a task all that there are. */
export async function removeSyncFiles(stateDir: string, taskId?: string): Promise<readonly string[]> {
  const stem = taskId === undefined ? '' : `sync-${taskId}.c1z`
  const names = (await readdir(stateDir)).filter((name) => NAME.test(name) && name.replace(/^\./, '').startsWith(stem))
  await Promise.all(names.map((name) => rm(join(stateDir, name), { force: true })))
  return names
}
