import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { ownSubject } from '../judges/own-subject.ts'
import { runServiceScript } from '../judges/run-service-script.ts'
import { passesScript } from '../judges/service-script.ts'
import { serviceScripts } from '../judges/service-scripts.ts'
import { startTenant } from '../tenant/start-tenant.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

describe
  .skipIf(missing)
  .concurrent(`our daemon lives through what a daemon has to live through ${missing ?? ''}`, () => {
    const tools = found as OfficialTools

    test.each(serviceScripts.map((script) => [script.name, script] as const))('%s', async (_, script) => {
      const folder = await mkdtemp(join(tmpdir(), 'script-'))
      const tenant = await startTenant()
      const peer = await tools.startPeer({ certificates: folder })
      try {
        const outcome = await runServiceScript(script, ownSubject(tenant), peer, folder)
        expect({ passes: passesScript(script, outcome), ...outcome }).toMatchObject({ passes: true })
      } finally {
        await peer.close()
        await tenant.close()
        await rm(folder, { recursive: true })
      }
    })
  })
