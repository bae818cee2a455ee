import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CHECKOUT, startProgram } from '../support/run-program.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'

const { scripts } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as {
  readonly scripts: { readonly tenant: string }
}
const program = [process.execPath, join(CHECKOUT, scripts.tenant.replace(/^node /, ''))]

describe.concurrent('npm run tenant', () => {
  it('says in one sentence that its port is taken', async ({ onTestFinished }) => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    const options = { cwd: temporaryFolder(onTestFinished), program, atEnd: onTestFinished }
    expect(await startProgram(['--port', String(port)], options).ended).toEqual({
      code: 2,
      stdout: '',
      stderr: `port ${port} is in use by another program; choose another with --port, or leave it out for any that is free\n`,
    })
  })

  it('says what it holds, how to use it and how to stop it', async ({ onTestFinished }) => {
    const options = { cwd: temporaryFolder(onTestFinished), program, atEnd: onTestFinished }
    const tenant = startProgram(['--examples'], options)
    const said = await tenant.said(/does it\.\n/)
    expect(said).toMatch(/^Twingate test tenant at http:\S+ with the key tenant-provision-key$/m)
    expect(said).toMatch(
      /^It holds 3 users and 2 groups: .*Ada Okafor <ada@acme\.example>.*Engineering.*Ctrl-C stops it\.$/m,
    )
    expect(said).toMatch(/^ {2}export BATON_DOMAIN=acme BATON_BASE_URL=http:\S+ BATON_API_KEY=tenant-provision-key$/m)
    expect(said).toMatch(/^ {4}--target http:\S+\/scim\/v2 --token-file scim-token --state scim\.db$/m)
    tenant.kill('SIGINT')
    expect(await tenant.ended).toMatchObject({ code: 0, stderr: '' })
  })
})
