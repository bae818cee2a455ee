import { createHash } from 'node:crypto'
import { appendFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { HIDDEN, operationJson, PlanOperation, type PlanStep, PlanSummary } from './plan-document.ts'

/** First line of a plan file; each further line is a `PlanOperation`. No secret is in it. */
export const PlanHead = z.object({
  kind: z.literal('scim plan'),
  version: z.literal(1),
  created: z.iso.datetime(),
  target: z.string(),
  source: z.string(),
  /** Of the configuration. */
  fingerprint: z.string(),
  summary: PlanSummary,
  /** Lines that follow. */
  operations: z.int(),
})
export type PlanHead = z.infer<typeof PlanHead>

const OPERATION = 'read the plan'

/** A plan on its way to a file. */
export interface PlanFileWriter {
  /** Errors: as `openPlanFile`. */
  readonly add: (step: PlanStep) => void
  /** Writes what is left; before it the file counts as cut off. Errors: as `openPlanFile`. */
  readonly close: () => void
}

const LINES_AT_ONCE = 1_000_000

/** Begins a plan that `apply` carries out later; readable by its owner only. Errors: `invalid-argument` where it cannot be written. */
export function openPlanFile(path: string, head: PlanHead): PlanFileWriter {
  const attempt = (write: () => void): void => {
    try {
      write()
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      throw new ConnectorError('invalid-argument', 'write the plan', `${path} cannot be written (${code})`, error)
    }
  }
  let lines = `${JSON.stringify(head)}\n`
  const close = (): void => {
    attempt(() => appendFileSync(path, lines))
    lines = ''
  }
  attempt(() => writeFileSync(path, '', { mode: 0o600 }))
  return {
    add(step) {
      lines += `${operationJson(step)}\n`
      if (lines.length >= LINES_AT_ONCE) close()
    },
    close,
  }
}

/** What a plan file says, as far as it has to be compared. */
export interface PlanFile {
  readonly head: PlanHead
  /** Digests of the operations, by what they are about. */
  readonly operations: ReadonlyMap<string, { readonly name: string; readonly digest: string }>
}

/** Reads a plan file to its end. Errors: `invalid-argument` for a file that is none, is cut off, or is of another version. */
export async function readPlanFile(path: string): Promise<PlanFile> {
  const lines = await linesOf(path)
  const [first = '', ...rest] = lines
  const head = PlanHead.safeParse(json(first))
  if (!head.success) throw invalid(path, 'is no plan that scim plan --out wrote, or of another version')
  const operations = new Map<string, { name: string; digest: string }>()
  for (const [at, line] of rest.entries()) {
    const operation = PlanOperation.safeParse(json(line))
    if (!operation.success) throw invalid(path, `line ${at + 2} is no operation; plan again`)
    operations.set(identityOf(operation.data), { name: nameOf(operation.data), digest: digestOf(operation.data) })
  }
  if (rest.length !== head.data.operations) throw invalid(path, 'is cut off; plan again')
  return { head: head.data, operations }
}

async function linesOf(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw invalid(path, code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`)
  }
}

const invalid = (path: string, what: string): ConnectorError =>
  new ConnectorError('invalid-argument', OPERATION, `${path} ${what}`)

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const identityOf = ({ kind, sourceId, action }: Pick<PlanOperation, 'kind' | 'sourceId' | 'action'>): string =>
  `${kind} ${sourceId} ${action}`

const nameOf = ({ action, kind, name }: Pick<PlanOperation, 'kind' | 'name' | 'action'>): string =>
  `${action} ${kind} ${name}`

/** Leaves out the reason, which is only text, and hidden values, which may change each time. */
function digestOf({ targetId, changes, members, state }: PlanOperation): string {
  const compared = changes.map(({ path, before, after }) => [path, before, after === HIDDEN ? undefined : after])
  return createHash('sha256')
    .update(JSON.stringify([targetId, compared, members && [...members].sort(), state]))
    .digest('base64')
}

/** What differs between the two plans, as sentences; the first ones only. */
export function differencesFrom(file: PlanFile, steps: Iterable<PlanStep>): readonly string[] {
  const found: string[] = []
  const left = new Map(file.operations)
  for (const step of steps) {
    const operation = JSON.parse(operationJson(step)) as PlanOperation
    const key = identityOf(operation)
    const planned = left.get(key)
    left.delete(key)
    if (!planned) found.push(`${nameOf(operation)} is new`)
    else if (planned.digest !== digestOf(operation)) found.push(`${nameOf(operation)} is another now`)
  }
  for (const { name } of left.values()) found.push(`${name} is not needed any more`)
  return found
}
