import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type FileHandle, lstat, open, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConnectorError } from '../../ground/errors.ts'
import type { Secret } from '../../ground/secret.ts'
import { whyNotMade } from '../../settings/files.ts'
import { throwProblems } from '../../settings/problem.ts'
import type { ChangeRun } from './context.ts'

/** The one place that gets a new secret. What could go wrong there is tried before there is a secret. */
export interface HandOver {
  /** For people: `the file key.json`, `the command`, `standard output`. */
  readonly where: string
  /** Gives the secret away, once. Errors: `failed-precondition`, without a word of the secret. */
  give(secret: Secret, signal: AbortSignal): Promise<void>
  /** Undoes the preparation where there came to be no secret. */
  release(): Promise<void>
}

/** In place of a file. */
const STDOUT = '-'

const OPERATION = 'hand over the secret'

const failed = (detail: string, cause?: unknown): ConnectorError =>
  new ConnectorError('failed-precondition', OPERATION, detail, cause)

/**
 * Opens what the flags `--out FILE` and `--to COMMAND` of a command name.
 *
 * Errors: `invalid-argument` for none of them, for both, and for a file that is there or cannot be made.
 */
export async function openHandOver(
  run: Pick<ChangeRun, 'ambient' | 'io' | 'invocation' | 'dryRun'>,
): Promise<HandOver> {
  const { flags, command = '' } = run.invocation
  const [out, to] = [flags.get('out'), flags.get('to')]
  if ((out === undefined) === (to === undefined))
    throwProblems([
      {
        subject: command,
        text: 'say once where the secret goes: --out FILE, --to COMMAND, or --out - for standard output',
      },
    ])
  if (to !== undefined) return toCommand(to, run)
  if (out === STDOUT) return toStdout(run)
  return toFile(out ?? '', run)
}

const nothing = async (): Promise<void> => {}

const toStdout = ({ io }: Pick<ChangeRun, 'io'>): HandOver => ({
  where: 'standard output',
  async give(secret) {
    io.status.set('')
    io.stdout.write(`${secret.reveal()}\n`)
  },
  release: nothing,
})

/** Of what a command prints, the end is shown. */
const MOST_SHOWN = 64 * 1024

/** What the command prints goes to standard error, without the secret, so that it never mixes with what this program prints. */
const toCommand = (command: string, { ambient, io }: Pick<ChangeRun, 'ambient' | 'io'>): HandOver => ({
  where: 'the command',
  async give(secret, signal) {
    io.status.set('')
    const child = spawn('/bin/sh', ['-c', command], { stdio: 'pipe', env: ambient.env, signal })
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (printed = `${printed}${text}`.slice(-MOST_SHOWN)))
    // A command that ends without reading is judged by its exit code.
    child.stdin.on('error', () => {})
    child.stdin.end(secret.reveal())
    const [code, by] = (await once(child, 'close').catch((error: unknown) => {
      throw failed('the command of --to could not be run to its end', error)
    })) as [number | null, string | null]
    if (printed !== '') io.stderr.write(`${printed.replaceAll(secret.reveal(), '[secret]').trimEnd()}\n`)
    if (code !== 0) throw failed(`the command of --to ended with ${code === null ? String(by) : `exit code ${code}`}`)
  },
  release: nothing,
})

/** Only the person who runs the program can read the file, and no other file is ever overwritten. */
async function toFile(name: string, { dryRun }: Pick<ChangeRun, 'dryRun'>): Promise<HandOver> {
  const path = resolve(name)
  const where = `the file ${name}`
  if (dryRun) {
    await refuseOther(path, name)
    return { where, give: nothing, release: nothing }
  }
  const file = await create(path, name)
  let given = false
  return {
    where,
    async give(secret) {
      try {
        await file.writeFile(secret.reveal())
        await file.sync()
        await file.close()
        given = true
      } catch (error) {
        throw failed(`the file ${name} ${whyNotMade(error)}`, error)
      }
    },
    async release() {
      if (given) return
      await file.close()
      await rm(path, { force: true })
    },
  }
}

async function create(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? isThere(name) : refused(`${name} ${whyNotMade(error)}`)
  }
}

async function refuseOther(path: string, name: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found) throw isThere(name)
}

const isThere = (name: string): ConnectorError =>
  refused(`${name} exists already, and a secret never overwrites a file`)

const refused = (text: string): ConnectorError =>
  new ConnectorError('invalid-argument', OPERATION, `the file ${text}; name another with --out`)
