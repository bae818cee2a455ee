import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CHECKOUT, startProgram } from '../support/run-program.ts'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { demoTenant } from '../tenant/demo-tenant.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'

const program = [process.execPath, join(CHECKOUT, 'scripts/demo.ts')]

describe('npm run demo', () => {
  it('takes nothing of the settings of a real network', async ({ onTestFinished }) => {
    const cwd = temporaryFolder(onTestFinished)
    writeFileSync(join(cwd, 'key'), 'the-key-of-a-real-network-1')
    writeFileSync(join(cwd, '.baton.yaml'), 'domain: acme\napi-key: the-key-of-a-real-network-2\nfile: real.c1z\n')
    const env = {
      BATON_DOMAIN: 'acme',
      BATON_API_KEY_FILE: './key',
      BATON_BASE_URL: 'http://127.0.0.1:9',
      BATON_INTERVAL: '1h',
      CREDENTIALS_DIRECTORY: cwd,
    }
    const ended = await startProgram([], { cwd, env, program, atEnd: onTestFinished }).ended
    expect([ended.code, ended.stderr]).toEqual([0, expect.not.stringContaining('baton-twingate:')])
    expect(ended.stdout).toMatch(/^user +40 /m)
    expect(ended.stdout).toMatch(/^\$ baton-twingate who-can 'Production database' -f demo\.c1z$/m)
    expect(ended.stdout).toMatch(/^Ada Okafor .* inherited .* group Database admins → .* Production database$/m)
    expect(ended.stdout).toMatch(
      /npx baton-twingate access ada\.okafor@acme\.example -f demo\.c1z\n.* list groups -f demo\.c1z\n$/,
    )
    expect(readSnapshot(join(cwd, 'demo.c1z'))).toMatchObject(expandedTruthOf(demoTenant()))
  })
})
