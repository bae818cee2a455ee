import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { startProgram } from '../support/run-program.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { startTenant } from '../tenant/start-tenant.ts'
import { PROVISION_KEY } from '../tenant/api-keys.ts'
import { exampleTenant } from '../tenant/example-tenant.ts'
import { hasOpenssl } from '../support/certificates.ts'

const program = [process.execPath, fileURLToPath(new URL('../platform/main.ts', import.meta.url))]

describe.skipIf(!hasOpenssl())('npm run platform', () => {
  it('hands typed tasks to a connector and says how they end', async ({ onTestFinished }) => {
    const tenant = await startTenant({ tenant: exampleTenant(), keys: { [PROVISION_KEY]: 'provision' } })
    onTestFinished(() => tenant.close())
    const user = tenant.tenant.users.find(({ role, state }) => role === 'MEMBER' && state === 'ACTIVE')
    const platform = startProgram(['sync', `disable ${user?.id}`, 'nonsense'], {
      ...{ cwd: temporaryFolder(onTestFinished), program, atEnd: onTestFinished },
    })
    const said = await platform.said(/Type a task/)
    const [, caFile = '', host = ''] = /SSL_CERT_FILE=(\S+) BATON_C1_API_HOST=(\S+)/.exec(said) ?? []
    const [, clientId = '', secretFile = ''] = /--client-id '(\S+)' --client-secret-file (\S+)/.exec(said) ?? []
    const daemon = startProgram(['--client-id', clientId, '--client-secret-file', secretFile, '--provisioning'], {
      cwd: temporaryFolder(onTestFinished),
      env: {
        ...{ SSL_CERT_FILE: caFile, BATON_C1_API_HOST: host, BATON_DOMAIN: 'acme', BATON_API_KEY: PROVISION_KEY },
        BATON_BASE_URL: tenant.baseUrl,
      },
      atEnd: onTestFinished,
    })
    await platform.said(/disable \S+: (done|failed)/)
    // Tasks are carried out side by side, so that either may end first.
    const text = await platform.said(/sync: (done|failed)/)
    expect(text).toMatch(/not understood: nonsense/)
    expect(text).toMatch(/uploaded: [\d,]+ bytes/)
    expect(text).toMatch(/sync: done/)
    expect(user?.state).toBe('DISABLED')
    daemon.kill('SIGTERM')
    expect((await daemon.ended).code).toBe(0)
    platform.kill('SIGINT')
    expect((await platform.ended).code).toBe(0)
  })
})
