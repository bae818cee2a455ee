import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface UnboundId {
  readonly port: number
  readonly url: string
  /** Carries out change records. */
  change(ldif: string): Promise<void>
  close(): Promise<void>
}

/** The jar of UnboundID's LDAP SDK, where the variable names one. Build machines do not reach the registry that has it. */
export const unboundIdJar = (): string | undefined => process.env['UNBOUNDID_LDAPSDK_JAR'] || undefined

/** Starts UnboundID's server in memory with a seed that begins at the base. `range`: members come so many at a time, as from Active Directory. */
export async function startUnboundId(jar: string, seed: string, range = 0): Promise<UnboundId> {
  const folder = mkdtempSync(join(tmpdir(), 'unboundid-'))
  const file = join(folder, 'records.ldif')
  writeFileSync(file, seed)
  const program = fileURLToPath(new URL('InMemoryServer.java', import.meta.url))
  const server = spawn('java', ['-Xmx256m', '-cp', jar, program, file, String(range)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const line = await lines.next()
    if (line.done) throw new Error('the server in memory has ended')
    return line.value
  }
  const port = Number(await next())
  return {
    port,
    url: `ldap://127.0.0.1:${port}`,
    async change(ldif) {
      writeFileSync(file, ldif)
      server.stdin.write(`${file}\n`)
      await next()
    },
    async close() {
      const ended = once(server, 'exit')
      server.stdin.end()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
