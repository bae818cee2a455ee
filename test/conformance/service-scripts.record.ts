import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { goDaemonRecord } from '../judges/go-daemon-record.ts'
import { goSubject } from '../judges/go-subject.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { runServiceScript } from '../judges/run-service-script.ts'
import { passesScript } from '../judges/service-script.ts'
import { serviceScripts } from '../judges/service-scripts.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing).concurrent(`what the official daemon does is as recorded ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  test.each(serviceScripts.map((script) => [script.name, script] as const))('%s', async (name, script) => {
    const folder = await mkdtemp(join(tmpdir(), 'script-'))
    const peer = await tools.startPeer({ certificates: folder })
    try {
      const outcome = await runServiceScript(script, goSubject(tools), peer, folder)
      const { passes, endings, leavesFiles = false, exit } = goDaemonRecord[name]!
      const seen = endings.map((ending) => (typeof ending === 'string' ? ending : expect.toBeOneOf([...ending])))
      expect(outcome).toMatchObject({ endings: seen, violations: [] })
      expect([outcome.exit, outcome.left > 0]).toEqual([exit, leavesFiles])
      if (passes !== 'sometimes') expect(passesScript(script, outcome)).toBe(passes)
    } finally {
      await peer.close()
      await rm(folder, { recursive: true })
    }
  })
})
