import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { type KubernetesObject, podOf as podIn } from '../../support/deploy/kubernetes-objects.ts'
import { textOf } from '../../terraform/dynamic-value.ts'
import { containerOf, listOf, podOf } from '../../terraform/kubernetes/cluster.ts'
import { expectEmptyPlan, inOneLine, outputsOf } from '../../terraform/plan-verdict.ts'
import { terraformMissing } from '../../terraform/run-terraform.ts'
import { stage, TWINGATE_KEY, type Variables } from '../../terraform/stage.ts'

const INPUTS = {
  image: 'registry.example/baton-twingate:1.0.0',
  twingate_network: 'acme',
  twingate_api_key: TWINGATE_KEY,
}
const DEPLOYMENT = 'baton-twingate/baton-twingate'

/** What the manifests ask for. */
const MANIFEST = join(import.meta.dirname, '../../../deploy/kubernetes/base/service-mode/deployment.yaml')
const [container] = podIn([parse(readFileSync(MANIFEST, 'utf8')) as KubernetesObject]).containers

const deployed = async (inputs: Variables = INPUTS) => {
  const on = await stage('examples/self-hosted-kubernetes', onTestFinished)
  await on.apply(inputs)
  return { on, mark: on.journal.mark() }
}

describe.skipIf(terraformMissing)(`the self-hosted example in Kubernetes ${terraformMissing ?? ''}`, () => {
  it('starts a pod with the id and the secret it made, and a second plan is empty', async () => {
    const { on } = await deployed()
    const environment = on.cluster.environment(DEPLOYMENT)
    expect(environment).toMatchObject({
      BATON_DOMAIN: 'acme',
      BATON_PROVISIONING: 'false',
      BATON_STATE_DIR: '/var/lib/baton',
    })
    expect(environment['BATON_CLIENT_ID']).toBe((await outputsOf(on))['client_id'])
    expect(on.secrets()).toContain(on.cluster.mountedFile(DEPLOYMENT, 'client-secret'))
    expect(on.cluster.mountedFile(DEPLOYMENT, 'twingate-api-key')).toBe(TWINGATE_KEY)
    await expectEmptyPlan(on, INPUTS)
  })

  it('asks for the room that the manifests ask for, and holds the heap below the limit of memory', async () => {
    const { on } = await deployed()
    const pod = podOf(on.cluster.of('deployment').get(DEPLOYMENT))
    const [resources] = listOf(containerOf(pod)['resources'])
    const { requests, limits } = container.resources
    expect(resources).toEqual({
      requests: { cpu: requests['cpu'], memory: requests['memory'] },
      limits: { memory: limits['memory'] },
    })
    const state = listOf(pod['volume']).find((volume) => textOf(volume, 'name') === 'state')
    expect(listOf(state?.['empty_dir'])).toMatchObject([{ size_limit: limits['ephemeral-storage'] }])
    const [, heap] = /^--max-old-space-size=(\d+)$/.exec(on.cluster.environment(DEPLOYMENT)['NODE_OPTIONS'] ?? '') ?? []
    expect(Number(heap)).toBeLessThan(0.8 * Number.parseInt(limits['memory'] ?? '', 10))
  })

  it('never has the Twingate key in the state, in outputs or in a saved plan, and the client secret only until the next refresh', async () => {
    const { on } = await deployed()
    expect(await on.state()).not.toContain(TWINGATE_KEY)
    for (const secret of on.secrets()) expect(JSON.stringify(await outputsOf(on))).not.toContain(secret)
    await on.apply(INPUTS, ['-refresh-only'])
    await on.run(['plan', '-no-color', '-out=saved'], { ...INPUTS, twingate_api_key_revision: 2 })
    const shown = [await on.state(), (await on.run(['show', '-json', 'saved'])).output]
    for (const secret of on.secrets()) expect(shown.join()).not.toContain(secret)
  })

  it('renames the app and touches neither credential nor pod', async () => {
    const { on, mark } = await deployed()
    await on.apply({ ...INPUTS, app_name: 'Twingate of Acme' })
    expect(on.journal.operations(mark)).toEqual(['app.update'])
    await expectEmptyPlan(on, { ...INPUTS, app_name: 'Twingate of Acme' })
  })

  it('rotates in the order new credential, new Secret, new pods, old Secret, old credential', async () => {
    const { on, mark } = await deployed()
    await on.apply({ ...INPUTS, credential_generation: 2 })
    expect(on.journal.operations(mark)).toEqual([
      'credential.create',
      'secret.create',
      'deployment.update',
      'secret.delete',
      'credential.revoke',
    ])
    expect(on.cluster.isReady(DEPLOYMENT)).toBe(true)
    await expectEmptyPlan(on, { ...INPUTS, credential_generation: 2 })
  })

  it('leaves the old credential and its pod alone where the new Secret cannot be made, and says that only a rotation helps', async () => {
    const { on, mark } = await deployed()
    on.cluster.faults.schedule({ operation: 'secret.create', kind: '500' })
    await on.refusedApply({ ...INPUTS, credential_generation: 2 })
    expect(on.journal.operations(mark)).toEqual(['credential.create'])
    expect(on.cluster.isReady(DEPLOYMENT)).toBe(true)

    const refused = inOneLine(await on.refusedApply({ ...INPUTS, credential_generation: 2 }))
    expect(refused).toContain('Raise credential_generation by 1 to get a new credential.')
    expect(on.journal.operations(mark)).toEqual(['credential.create'])

    await on.apply({ ...INPUTS, credential_generation: 3 })
    expect(on.cluster.isReady(DEPLOYMENT)).toBe(true)
    expect(on.platform.records.all('credential')).toHaveLength(1)
    await expectEmptyPlan(on, { ...INPUTS, credential_generation: 3 })
  })

  it('finishes a hand-over that failed when applied without a refresh', async () => {
    const { on } = await deployed()
    on.cluster.faults.schedule({ operation: 'secret.create', kind: '500' })
    await on.refusedApply({ ...INPUTS, credential_generation: 2 })
    await on.apply({ ...INPUTS, credential_generation: 2 }, ['-refresh=false'])
    expect(on.cluster.isReady(DEPLOYMENT)).toBe(true)
    await expectEmptyPlan(on, { ...INPUTS, credential_generation: 2 })
  })

  it('goes back to the generation before after a credential could not be made', async () => {
    const { on } = await deployed()
    on.platform.faults.schedule({ operation: 'credential.create', kind: '403' })
    await on.refusedApply({ ...INPUTS, credential_generation: 2 })
    await expectEmptyPlan(on, INPUTS)
    expect(on.cluster.isReady(DEPLOYMENT)).toBe(true)
  })

  it('leaves the old credential alive where the deployment cannot be changed', async () => {
    const { on, mark } = await deployed()
    on.cluster.faults.schedule({ operation: 'deployment.update', kind: '500' })
    await on.refusedApply({ ...INPUTS, credential_generation: 2 })
    expect(on.journal.operations(mark)).toEqual(['credential.create', 'secret.create'])
    await on.apply({ ...INPUTS, credential_generation: 2 })
    expect(on.journal.operations(mark)).toEqual([
      'credential.create',
      'secret.create',
      'deployment.update',
      'secret.delete',
      'credential.revoke',
    ])
    await expectEmptyPlan(on, { ...INPUTS, credential_generation: 2 })
  })

  it('leaves the old credential alive where the new pods do not become ready', async () => {
    const { on, mark } = await deployed()
    on.platform.admitsNobody = true
    expect(await on.refusedApply({ ...INPUTS, credential_generation: 2 })).toContain('Waiting for rollout')
    expect(on.journal.operations(mark)).not.toContain('credential.revoke')
    expect(on.platform.records.all('credential')).toHaveLength(2)
  })

  it('makes a new credential and new pods where the credential was revoked elsewhere', async () => {
    const { on } = await deployed()
    for (const { id } of on.platform.records.all('credential')) on.platform.records.of('credential').delete(id)
    expect(on.cluster.isReady(DEPLOYMENT)).toBe(false)
    await on.apply(INPUTS)
    expect(on.cluster.isReady(DEPLOYMENT)).toBe(true)
    await expectEmptyPlan(on, INPUTS)
  })

  it('refuses to make an empty Secret where the Secret was deleted in the cluster', async () => {
    const { on, mark } = await deployed()
    const secret = [...on.cluster.of('secret').keys()].find((name) => !name.endsWith('-twingate'))
    on.cluster.of('secret').delete(secret ?? '')
    expect(inOneLine(await on.refusedApply(INPUTS))).toContain('The client secret is gone')
    expect(on.journal.operations(mark)).toEqual([])
    await on.apply({ ...INPUTS, credential_generation: 2 })
    expect(on.cluster.isReady(DEPLOYMENT)).toBe(true)
  })

  it('sends a new Twingate key only with a new revision, and never the client secret with it', async () => {
    const { on, mark } = await deployed()
    await expectEmptyPlan(on, { ...INPUTS, twingate_api_key: 'another-key' })
    const renewed = { ...INPUTS, twingate_api_key: 'another-key', twingate_api_key_revision: 2 }
    await on.apply(renewed)
    expect(on.journal.operations(mark)).toEqual(['secret.update', 'deployment.update'])
    expect(on.cluster.mountedFile(DEPLOYMENT, 'twingate-api-key')).toBe('another-key')
    expect(on.cluster.isReady(DEPLOYMENT)).toBe(true)
    await expectEmptyPlan(on, renewed)
  })

  it('destroys the pods first, then what they used, and revokes the credential', async () => {
    const { on, mark } = await deployed()
    await on.destroy(INPUTS)
    const operations = on.journal.operations(mark)
    const order = ['deployment.delete', 'secret.delete', 'credential.revoke', 'connector.delete', 'app.delete']
    const places = order.map((operation) => operations.lastIndexOf(operation))
    expect(places).toEqual([...places].sort((one, other) => one - other))
    expect(operations).toContain('network-policy.delete')
    expect(on.platform.records.all('credential')).toEqual([])
    expect(on.cluster.of('secret').size + on.cluster.of('deployment').size).toBe(0)
  })
})
