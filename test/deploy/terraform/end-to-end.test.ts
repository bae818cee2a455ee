import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { BatonPeer } from '../../judges/baton-peer.ts'
import { officialTools, type OfficialTools } from '../../judges/official-tools.ts'
import type { PeerEventOf } from '../../judges/peer-events.ts'
import { askToken } from '../../judges/raw-token.ts'
import { temporaryFolder } from '../../tenant/sync-tenant.ts'
import { expandedTruthOf } from '../../tenant/tenant-truth.ts'
import { type RunningTenant, startTenant } from '../../tenant/start-tenant.ts'
import type { Door } from '../../terraform/conductorone/platform.ts'
import { createRealPods, type RealPods } from '../../terraform/kubernetes/real-pods.ts'
import { terraformMissing } from '../../terraform/run-terraform.ts'
import { applySelfHosted, DEPLOYMENT, type SelfHosted } from '../../terraform/self-hosted.ts'
import { TWINGATE_KEY } from '../../terraform/stage.ts'

const found = await officialTools()
const missing = terraformMissing ?? ('missing' in found ? found.missing : undefined)

/** The public half of the key in a client secret. */
function publicKeyOf(clientSecret: string): string {
  const jwk = Buffer.from(clientSecret.split(':')[3] ?? '', 'base64url').toString()
  return (JSON.parse(jwk) as { readonly x: string }).x
}

/** Credentials that Terraform makes open the service of the official stubs, until Terraform revokes them. */
const doorOf = (peer: BatonPeer): Door => ({
  async letIn(clientId, clientSecret) {
    await peer.tell({ do: 'accept', clientId, publicKey: publicKeyOf(clientSecret) })
  },
  async shutOut(clientId) {
    await peer.tell({ do: 'revoke', clientId })
  },
})

describe.skipIf(missing)(`from terraform apply to a sync that arrives ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  /** The example, applied: its pod is this program, its platform the service, and its network the test tenant. */
  async function deployed(): Promise<{ hosted: SelfHosted; peer: BatonPeer; pods: RealPods; tenant: RunningTenant }> {
    const folder = temporaryFolder(onTestFinished)
    const peer = await tools.startPeer({ certificates: folder, uploads: folder })
    onTestFinished(() => peer.close())
    await peer.tell({ do: 'lease', leaseMs: 5000 })
    const tenant = await startTenant({ keys: { [TWINGATE_KEY]: 'read' } })
    onTestFinished(() => tenant.close())
    const world = { SSL_CERT_FILE: join(folder, 'ca.pem'), BATON_BASE_URL: tenant.baseUrl }
    let pods: RealPods | undefined
    const port = peer.host.split(':')[1] ?? ''
    const hosted = await applySelfHosted(onTestFinished, `localhost:${port}`, ({ platform, cluster }) => {
      platform.door = doorOf(peer)
      pods = createRealPods(cluster, world, onTestFinished)
      cluster.kubelet = pods
    })
    if (pods === undefined) throw new Error('the example was applied without a cluster')
    return { hosted, peer, pods, tenant }
  }

  /** Has a whole sync done, and holds what arrived against the tenant by the official reader. */
  async function expectSync(peer: BatonPeer, tenant: RunningTenant): Promise<void> {
    const [taskId = ''] = await peer.enqueue({ syncFull: {} })
    expect(await peer.finished(taskId)).toMatchObject({ outcome: 'success' })
    const { file } = await peer.heard('upload', (upload) => upload.taskId === taskId && upload.whole)
    const arrived = await tools.judge(file)
    const named = arrived.resources.map(({ type, id }) => `${type}:${id}`)
    expect(arrived.mismatches).toEqual([])
    expect({
      resources: named.sort(),
      entitlements: arrived.entitlements.map(({ id }) => id).sort(),
      grants: arrived.grants.map(({ id }) => id).sort(),
    }).toEqual(expandedTruthOf(tenant.tenant))
  }

  const token = async (peer: BatonPeer, credential: ReturnType<SelfHosted['credential']>) =>
    (await askToken({ ...peer, ...credential })).status

  it('syncs with the credential it made, goes on with the next one, and is refused once all is destroyed', async () => {
    const { hosted, peer, pods, tenant } = await deployed()
    const first = hosted.credential()
    await expectSync(peer, tenant)

    await hosted.rotate()
    const second = hosted.credential()
    const [old] = pods.pods
    expect((await old?.ended)?.code).toBe(0)
    expect([await token(peer, first), await token(peer, second)]).toEqual([401, 200])
    await expectSync(peer, tenant)

    // Somebody has a copy of the credential, of which Terraform knows nothing.
    const copy = await pods.start(DEPLOYMENT)
    const { number: before } = await peer.tell({ do: 'flush' })
    await peer.heard('rpc', ({ rpc }) => rpc === 'Hello', { after: before })
    await hosted.destroy()
    expect((await pods.pods[1]?.ended)?.code).toBe(0)
    expect(await token(peer, second)).toBe(401)
    const isRefused = (event: PeerEventOf<'token'>): boolean => event.refused !== undefined && event.userAgent !== ''
    await peer.heard('token', isRefused, { after: before, times: 2 })
    // Its status is written at most once a second.
    await expect
      .poll(() => copy.run(['status']), { timeout: 30_000 })
      .toMatchObject({ code: 14, stdout: expect.stringContaining('refused the credentials') as string })
    copy.kill('SIGTERM')
    expect((await copy.ended).stderr).toMatch(/refused the credentials.*"poll failed, trying again"/)
    const fresh = await copy.run([])
    expect([fresh.code, fresh.stderr]).toEqual([16, expect.stringMatching(/refused the credentials.*BATON_CLIENT_ID/)])
    expect(await peer.violations()).toEqual([])
  })

  it('loses no task where the old credential ends before the old pod has told its result', async () => {
    const { hosted, peer, pods } = await deployed()
    const [taskId = ''] = await peer.enqueue({ syncFull: {} })
    await peer.tell({ do: 'fault', fault: { on: { rpc: 'FinishTask', taskId }, acts: [{ action: 'hold' }], times: 1 } })
    await peer.heard('fault')
    await hosted.rotate()
    await peer.tell({ do: 'release' })
    expect(await peer.finished(taskId)).toMatchObject({ outcome: 'success', times: 1 })
    const old = await pods.pods[0]?.ended
    expect(old?.stderr).toMatch(/refused the credentials.*"the result of a task is not delivered yet"/)
    expect((await peer.summary()).tasks).toMatchObject([{ taskId, finishes: 1, acknowledged: 1 }])
    expect(await peer.violations()).toEqual([])
  })

  it('lets the old pod tell its result where the previous credential is kept until a later apply', async () => {
    const { hosted, peer, pods } = await deployed()
    const first = hosted.credential()
    const [taskId = ''] = await peer.enqueue({ syncFull: {} })
    await peer.tell({ do: 'fault', fault: { on: { rpc: 'FinishTask', taskId }, acts: [{ action: 'hold' }], times: 1 } })
    await peer.heard('fault')
    await hosted.rotate({ keep_previous_credential: true })
    await peer.tell({ do: 'release' })
    expect(await peer.finished(taskId)).toMatchObject({ outcome: 'success', times: 1 })
    expect(await pods.pods[0]?.ended).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('"warn"') as string,
    })
    expect([await token(peer, first), await token(peer, hosted.credential())]).toEqual([200, 200])

    await hosted.apply()
    expect([await token(peer, first), await token(peer, hosted.credential())]).toEqual([401, 200])
    expect(pods.pods).toHaveLength(2)
  })
})
