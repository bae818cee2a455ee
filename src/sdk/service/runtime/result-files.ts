import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Logger } from '../../ground/ports.ts'

const TypedMessage = z.object({ type: z.string(), value: z.record(z.string(), z.unknown()) })

const Result = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('success'),
    response: TypedMessage.exactOptional(),
    annotations: z.array(TypedMessage).exactOptional(),
  }),
  z.object({
    kind: z.literal('failure'),
    code: z.number(),
    message: z.string(),
    retryable: z.boolean(),
    details: z.array(TypedMessage).exactOptional(),
  }),
])

const Kept = z.object({ taskId: z.string(), task: z.string(), endedAt: z.iso.datetime(), result: Result })

/** The result of a task as it waits for the service, in JSON. */
export type KeptResult = z.output<typeof Kept>

/** Also of one that was not written to its end. The folder may hold files of others. */
const NAME = /^result-([a-zA-Z0-9]+)\.json(\.tmp)?$/
/** The service takes no larger message, in bytes. */
const LARGEST = 16 * 1024 * 1024

const pathOf = (folder: string, taskId: string): string => join(folder, `result-${taskId}.json`)

/** Results by task in a folder. A file is whole or not there; only its owner may read it. */
export interface ResultFiles {
  write(kept: KeptResult): Promise<void>
  remove(taskId: string): Promise<void>
  /** All that are there, oldest first. What is no result is removed, what may not be read stays; both are told in the log. */
  read(): Promise<readonly KeptResult[]>
}

export const createResultFiles = (folder: string, log: Logger): ResultFiles =>
  Object.freeze({
    async write(kept: KeptResult) {
      const path = pathOf(folder, kept.taskId)
      try {
        await writeThrough(`${path}.tmp`, JSON.stringify(kept))
        await rename(`${path}.tmp`, path)
      } catch (error) {
        await rm(`${path}.tmp`, { force: true }).catch(() => {})
        throw error
      }
    },

    remove: (taskId: string) => rm(pathOf(folder, taskId), { force: true }),

    async read() {
      const found: KeptResult[] = []
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const { name } = entry
        if (!entry.isFile() || !NAME.test(name)) continue
        try {
          const kept = await readKept(folder, name)
          if (kept) found.push(kept)
          else {
            log.warn('a kept result cannot be read and is removed', { file: name })
            await rm(join(folder, name), { force: true })
          }
        } catch (error) {
          // One file must not keep the daemon from working, nor the other results from being delivered.
          log.warn('a kept result cannot be read and is passed over', { file: name, error: String(error) })
        }
      }
      return found.toSorted((a, b) => (a.endedAt < b.endedAt ? -1 : 1))
    },
  })

async function writeThrough(path: string, text: string): Promise<void> {
  await rm(path, { force: true })
  await using file = await open(path, 'wx', 0o600)
  await file.writeFile(text)
  await file.sync()
}

/** `undefined` for what is none: half written, of another task than its name says, or too large for one. */
async function readKept(folder: string, name: string): Promise<KeptResult | undefined> {
  const path = join(folder, name)
  const [, taskId, unfinished] = NAME.exec(name) ?? []
  if (unfinished !== undefined || (await stat(path)).size > LARGEST) return undefined
  const kept = parse(await readFile(path, 'utf8'))
  return kept?.taskId === taskId ? kept : undefined
}

function parse(text: string): KeptResult | undefined {
  try {
    return Kept.safeParse(JSON.parse(text)).data
  } catch {
    // Cut off by a crash of the whole machine: the service hands the task out again.
    return undefined
  }
}
