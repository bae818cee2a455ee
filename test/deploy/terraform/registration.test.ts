import { describe, expect, it, onTestFinished } from 'vitest'
import { expectEmptyPlan, inOneLine, outputsOf } from '../../terraform/plan-verdict.ts'
import { terraformMissing } from '../../terraform/run-terraform.ts'
import { stage, TWINGATE_KEY } from '../../terraform/stage.ts'

const registered = async () => {
  const on = await stage('roots/registration', onTestFinished)
  await on.apply()
  return { on, mark: on.journal.mark(), first: await outputsOf(on) }
}

describe.skipIf(terraformMissing)(`the registration module, self-hosted ${terraformMissing ?? ''}`, () => {
  it('makes app, connector and credential, and a second plan is empty', async () => {
    const { on, first } = await registered()
    expect(on.journal.operations()).toEqual(['app.create', 'connector.create', 'credential.create'])
    expect(first).toMatchObject({ app_id: 'app-1', client_id: expect.stringMatching(/^[^@]+@acme\.conductor\.one\//) })
    await expectEmptyPlan(on)
  })

  it('has the secret in no state once a refresh was applied', async () => {
    const { on } = await registered()
    await on.apply({}, ['-refresh-only'])
    const state = await on.state()
    for (const secret of on.secrets()) expect(state).not.toContain(secret)
    await expectEmptyPlan(on)
  })

  it('renames the app in place and replaces nothing', async () => {
    const { on, mark, first } = await registered()
    await on.apply({ app_name: 'Twingate of Acme', app_description: 'Who has access to what' })
    expect(on.journal.operations(mark)).toEqual(['app.update'])
    await expectEmptyPlan(on, { app_name: 'Twingate of Acme', app_description: 'Who has access to what' })
    expect(await outputsOf(on)).toEqual(first)
  })

  it('rotates the credential alone, the new one first', async () => {
    const { on, mark, first } = await registered()
    await on.apply({ credential_generation: 2 })
    expect(on.journal.operations(mark)).toEqual(['credential.create', 'credential.revoke'])
    const second = await outputsOf(on)
    expect(second['connector_id']).toBe(first['connector_id'])
    expect(second['client_id']).not.toBe(first['client_id'])
    await expectEmptyPlan(on, { credential_generation: 2 })
  })

  it('keeps the previous credential while it is asked to', async () => {
    const { on, mark } = await registered()
    const both = { credential_generation: 2, keep_previous_credential: true }
    await on.apply(both)
    expect(on.journal.operations(mark)).toEqual(['credential.create'])
    await expectEmptyPlan(on, both)
    await on.apply({ credential_generation: 2 })
    expect(on.journal.operations(mark)).toEqual(['credential.create', 'credential.revoke'])
    await expectEmptyPlan(on, { credential_generation: 2 })
  })

  it('leaves the old credential alive where a new one cannot be made, and wants it again', async () => {
    const { on, mark } = await registered()
    on.platform.faults.schedule({ operation: 'credential.create', kind: '403' })
    await on.refusedApply({ credential_generation: 2 })
    expect(on.journal.operations(mark)).toEqual([])
    expect((await on.plan({ credential_generation: 2 })).code).toBe(2)
    await on.apply({ credential_generation: 2 })
    expect(on.journal.operations(mark)).toEqual(['credential.create', 'credential.revoke'])
  })

  it('goes back to the generation before after a rotation that failed', async () => {
    const { on } = await registered()
    on.platform.faults.schedule({ operation: 'credential.create', kind: '403' })
    await on.refusedApply({ credential_generation: 2 })
    await expectEmptyPlan(on)
  })

  it('heals a credential that was revoked elsewhere in one apply', async () => {
    const { on, mark, first } = await registered()
    on.platform.records.of('credential').delete(String(first['credential_id']))
    await on.apply()
    expect(on.journal.operations(mark)).toEqual(['credential.create'])
    await expectEmptyPlan(on)
  })

  it('heals a connector that was deleted elsewhere and still answers in one apply', async () => {
    const { on, mark, first } = await registered()
    on.platform.softDelete('connector', String(first['connector_id']))
    await on.apply()
    expect(on.journal.operations(mark).filter((operation) => operation.endsWith('.create'))).toEqual([
      'connector.create',
      'credential.create',
    ])
    await expectEmptyPlan(on)
  })

  it('is stopped by a connector that is gone without a trace until it is taken out of the state', async () => {
    const { on, first } = await registered()
    on.platform.records.of('connector').delete(String(first['connector_id']))
    expect(await on.refusedApply()).toContain('404')
    const { code } = await on.run(['destroy', '-auto-approve', '-no-color'])
    expect(code).not.toBe(0)
    await on.run(['state', 'rm', 'module.registration.conductorone_integration_baton.this[0]'])
    await on.apply()
    await expectEmptyPlan(on)
  })

  it('changes owners one by one and leaves the credential alone', async () => {
    const { on, mark } = await registered()
    const owners = (...ids: readonly string[]) => ({ owner_user_ids: ids, owner_role_slug: 'owner' })
    await on.apply(owners('ada', 'grace'))
    await on.apply(owners('ada'))
    expect(on.journal.operations(mark)).toEqual(['owner.add', 'owner.add', 'owner.remove'])
    await expectEmptyPlan(on, owners('ada'))
  })

  it('refuses to move to another app, and changes nothing', async () => {
    const { on, mark } = await registered()
    const other = on.platform.records.put('app', 'app-other', { display_name: 'Other' })
    const output = inOneLine(await on.refusedApply({ app_id: other.id }))
    expect(output).toContain('The connector sits in another app, and a connector cannot move.')
    expect(on.journal.operations(mark)).toEqual([])
  })

  it('moves to another app when the replacement of the connector is asked for', async () => {
    const { on } = await registered()
    const other = on.platform.records.put('app', 'app-other', { display_name: 'Other' })
    const address = 'module.registration.conductorone_integration_baton.this[0]'
    await on.apply({ app_id: other.id }, [`-replace=${address}`])
    expect(await outputsOf(on)).toMatchObject({ app_id: other.id })
    await expectEmptyPlan(on, { app_id: other.id })
  })

  it('uses an app that is there, and leaves it there', async () => {
    const on = await stage('roots/registration', onTestFinished)
    on.platform.records.put('app', 'app-mine', { display_name: 'Mine' })
    await on.apply({ app_id: 'app-mine' })
    await expectEmptyPlan(on, { app_id: 'app-mine' })
    await on.destroy({ app_id: 'app-mine' })
    expect(on.journal.operations()).toEqual([
      'connector.create',
      'credential.create',
      'credential.revoke',
      'connector.delete',
    ])
  })

  it('destroys the credential first, then the connector, then the app', async () => {
    const { on, mark } = await registered()
    await on.destroy()
    expect(on.journal.operations(mark)).toEqual(['credential.revoke', 'connector.delete', 'app.delete'])
  })

  it('fails at a read that is refused for its rate, and goes on at the next run', async () => {
    const { on } = await registered()
    on.platform.faults.schedule({ operation: 'connector.read', kind: '429' })
    expect(await on.refusedApply()).toContain('429')
    await expectEmptyPlan(on)
  })

  it('waits out a change that is refused for its rate', async () => {
    const on = await stage('roots/registration', onTestFinished)
    on.platform.faults.schedule({ operation: 'connector.create', kind: '429', times: 3 })
    await on.apply()
    await expectEmptyPlan(on)
  })
})

describe.skipIf(terraformMissing)(`the registration module, cloud-hosted ${terraformMissing ?? ''}`, () => {
  const cloud = { mode: 'cloud_hosted', twingate_network: 'acme', twingate_api_key: 'cloud-key-1' }

  it('configures the connector that the platform runs, and makes no credential', async () => {
    const on = await stage('roots/registration', onTestFinished)
    await on.apply(cloud)
    expect(on.journal.operations()).toEqual(['app.create', 'connector.create'])
    await expectEmptyPlan(on, cloud)
  })

  it('changes the key and the network in place and prints no key; owners are taken out and put back', async () => {
    const on = await stage('roots/registration', onTestFinished)
    const owned = { ...cloud, owner_user_ids: ['ada'], owner_role_slug: 'owner' }
    await on.apply(owned)
    const mark = on.journal.mark()
    const changed = { ...owned, twingate_network: 'acme-eu', twingate_api_key: 'cloud-key-2' }
    expect(await on.apply(changed)).not.toMatch(/cloud-key/)
    expect(on.journal.operations(mark)).toEqual(['owner.remove', 'connector.update', 'owner.add'])
    await expectEmptyPlan(on, changed)
    expect(on.platform.records.all('owner')).toHaveLength(1)
  })

  it('shows the key in no plan and in no output of the example', async () => {
    const on = await stage('examples/cloud-hosted', onTestFinished)
    const inputs = { twingate_network: 'acme', twingate_api_key: TWINGATE_KEY }
    await on.apply(inputs)
    expect(JSON.stringify(await outputsOf(on))).not.toContain(TWINGATE_KEY)
    await expectEmptyPlan(on, inputs)
    await on.destroy(inputs)
    expect(on.journal.operations().slice(-2)).toEqual(['connector.delete', 'app.delete'])
  })
})
