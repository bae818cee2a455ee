import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { install } from './install.ts'
import type { RecordedRequest } from './recorded-request.ts'
import { endProcess, pythonEnv } from './start.ts'

/** scim2-models 0.12.3, which reads requests as a strict server of the standard would. */
export interface Judge {
  /** What is wrong with the body or the query of a request. */
  complaints(request: RecordedRequest): Promise<readonly string[]>
  stop(): Promise<void>
}

const WHAT = {
  create: 'create',
  update: 'patch',
  members: 'patch',
  replace: 'replace',
  list: 'query',
  find: 'query',
} as const

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'

function subjectOf({ query, body }: RecordedRequest): unknown {
  if (body !== undefined) return body
  const { filter, startIndex, count } = Object.fromEntries(new URLSearchParams(query))
  return {
    schemas: [SEARCH],
    ...(filter !== undefined && { filter }),
    ...(startIndex !== undefined && { startIndex: Number(startIndex) }),
    ...(count !== undefined && { count: Number(count) }),
  }
}

/** Starts the judge: one process of Python for any number of questions. */
export async function startJudge(): Promise<Judge> {
  const folder = await install('python')
  const env = { PATH: process.env['PATH'], ...pythonEnv(folder) }
  const child = spawn('python3', ['judge.py'], { cwd: folder, env, stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map<number, (complaints: readonly string[]) => void>()
  let asked = 0
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, complaints } = JSON.parse(line) as { readonly id: number; readonly complaints: readonly string[] }
    waiting.get(id)?.(complaints)
    waiting.delete(id)
  })
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`the judge ended with ${code}`)))
  })
  ended.catch(() => {})
  return {
    async complaints(request) {
      const { purpose, kind } = request
      if (kind === undefined || !Object.hasOwn(WHAT, purpose)) return []
      const id = ++asked
      const answer = new Promise<readonly string[]>((resolve) => waiting.set(id, resolve))
      const what = WHAT[purpose as keyof typeof WHAT]
      child.stdin.write(`${JSON.stringify({ id, kind, what, body: subjectOf(request) })}\n`)
      return Promise.race([answer, ended])
    },
    stop: () => endProcess(child),
  }
}
