import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ACME } from '../support/readers/acme.ts'
import { makeSnapshot } from '../support/readers/make-snapshot.ts'
import { PROGRAM, startProgram } from '../support/run-program.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'

const run = promisify(execFile)

describe('readers', () => {
  it('read sync.c1z of the folder without any setting', async ({ onTestFinished }) => {
    const cwd = temporaryFolder(onTestFinished)
    makeSnapshot(join(cwd, 'sync.c1z'), [ACME])
    const ended = await startProgram(['access', 'ada@acme.example'], { cwd, atEnd: onTestFinished }).ended
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^RESOURCE .*\n.*Ada → group Engineering\n/) })
  })

  it('take a reader that has enough for no failure', async ({ onTestFinished }) => {
    const cwd = temporaryFolder(onTestFinished)
    const things = Array.from({ length: 20_000 }, (_, i) => ({ id: `user:${i}`, name: `Person number ${i}` }))
    makeSnapshot(join(cwd, 'sync.c1z'), [{ ...ACME, things, entitlements: {}, grants: [] }])
    const [node, main] = PROGRAM
    const script = `set -o pipefail; "${node}" "${main}" list users --output ndjson | head -n 1`
    const { stdout, stderr } = await run('bash', ['-c', script], { cwd, env: { PATH: process.env['PATH'], HOME: cwd } })
    expect([stdout.trim().split('\n').length, stderr]).toEqual([1, ''])
  })

  it('are found from the help', async ({ onTestFinished }) => {
    const cwd = temporaryFolder(onTestFinished)
    const { stdout } = await startProgram(['--help'], { cwd, atEnd: onTestFinished }).ended
    const chapter = /Read a snapshot:\n(?<rows>(?: {2}.*\n)+)/.exec(stdout)?.groups?.['rows'] ?? ''
    for (const word of ['list <users|groups|', 'show <name>', 'access <user>', 'who-can <name>'])
      expect(chapter).toContain(word)
  })
})
