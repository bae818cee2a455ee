import { fork } from 'node:child_process'
import { statSync } from 'node:fs'
import { extname, join, resolve as resolvePath } from 'node:path'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Clock } from '../../sdk/ground/ports.ts'
import { type Checked, type CheckOrder, CheckReply } from './check-order.ts'
import { LeastRecent } from './least-recent.ts'
import type { Library } from './library.ts'

const MOST_KEPT = 3
const PROCESS = join(import.meta.dirname, `check-process${extname(import.meta.filename)}`)

/** Files of rules and tests, as they were named. */
export interface RuleFiles {
  readonly names: readonly string[]
  readonly cwd: string
}

/** Changes whenever a file of rules changes. A missing file is reported when the rules are read. */
const stampOf = ({ names, cwd }: RuleFiles): string =>
  names
    .map((name) => statSync(resolvePath(cwd, name), { throwIfNoEntry: false }))
    .map((found) => `${found?.size} ${found?.mtimeMs} ${found?.ino}`)
    .join(' ')

/**
 * Holds the rules of `check` against syncs, each in a process of its own, and keeps what they found.
 *
 * Why: the rules look at everything at once. In here they would hold up every other question, and leave their memory behind.
 */
export class CheckRuns {
  readonly #library: Library
  readonly #clock: Pick<Clock, 'now'>
  readonly #tempDir: string
  readonly #rules: RuleFiles
  readonly #known = new LeastRecent<Promise<Checked>>(MOST_KEPT)

  constructor(library: Library, clock: Pick<Clock, 'now'>, tempDir: string, rules: RuleFiles) {
    this.#library = library
    this.#clock = clock
    this.#tempDir = tempDir
    this.#rules = rules
  }

  /** Names of the files of rules. */
  get files(): readonly string[] {
    return this.#rules.names
  }

  /** Errors: as the file's. */
  async of(name: string | undefined, syncId: string | undefined): Promise<Checked> {
    const { file, info } = await this.#library.ask(name, syncId, (open) => ({ file: open.file, info: open.info }))
    const key = `${this.#library.stamp(file.name)} ${info.id} ${stampOf(this.#rules)}`
    const { names: rules, cwd } = this.#rules
    const run = this.#known.getOr(key, () =>
      checked({ file, syncId: info.id, tempDir: this.#tempDir, now: this.#clock.now().toISOString(), rules, cwd }),
    )
    try {
      return await run
    } catch (error) {
      // The next question tries again.
      this.#known.drop(key)
      throw error
    }
  }
}

function checked(order: CheckOrder): Promise<Checked> {
  const { promise, resolve, reject } = Promise.withResolvers<Checked>()
  const broken = (detail: string): void => reject(new ConnectorError('failed-precondition', 'check', detail))
  const child = fork(PROCESS, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: {} })
  child.once('message', (message) => {
    const reply = CheckReply.parse(message)
    if ('checked' in reply) resolve(reply.checked)
    else broken(reply.failure)
  })
  child.once('error', (error) => broken(`the rules could not be started: ${error.message}`))
  child.once('exit', (code) => broken(`the rules ended with ${String(code)} before they answered`))
  child.send(order)
  return promise
}
