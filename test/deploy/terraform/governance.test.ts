import { describe, expect, it, onTestFinished } from 'vitest'
import { conductoroneSchema } from '../../terraform/conductorone/provider.ts'
import { filled } from '../../terraform/filled.ts'
import { expectEmptyPlan, inOneLine } from '../../terraform/plan-verdict.ts'
import { terraformMissing } from '../../terraform/run-terraform.ts'
import { type Stage, stage } from '../../terraform/stage.ts'

const INPUTS = {
  app_id: 'app-twingate',
  approver_user_ids: JSON.stringify(['ada']),
  groups: JSON.stringify({
    engineering: { entitlement: 'Engineering Member', duration: '8h' },
    support: { entitlement: 'Support Member' },
  }),
}

/** What the first sync of a connector leaves in the app. */
function synced(on: Stage, names: readonly string[]): void {
  const schemas = conductoroneSchema.resource_schemas['conductorone_app_entitlement']?.block.attributes ?? {}
  for (const [at, name] of names.entries())
    on.platform.records.put(
      'entitlement',
      `entitlement-${at}`,
      filled(schemas, { app_id: 'app-twingate', display_name: name, slug: 'member' }),
    )
}

describe.skipIf(terraformMissing)(`the governance example ${terraformMissing ?? ''}`, () => {
  it('offers the groups with a policy and a duration, and a second plan is empty', async () => {
    const on = await stage('examples/governance', onTestFinished)
    synced(on, ['Engineering Member', 'Support Member', 'Everyone Member'])
    await on.apply(INPUTS)
    const [engineering, support, everyone] = on.platform.records.all('entitlement').map((one) => one.attributes)
    expect(engineering).toMatchObject({ duration_grant: '28800s', duration_unset: null })
    expect(support).toMatchObject({ duration_grant: null, duration_unset: {} })
    expect(everyone).toMatchObject({ grant_policy_id: null })
    const [policy] = on.platform.records.all('policy')
    expect(engineering?.['grant_policy_id']).toBe(policy?.id)
    await expectEmptyPlan(on, INPUTS)
  })

  it('names the group that no sync has brought yet, and makes nothing', async () => {
    const on = await stage('examples/governance', onTestFinished)
    synced(on, ['Engineering Member'])
    expect(inOneLine(await on.refusedApply(INPUTS))).toContain('Support Member (0 found)')
    expect(on.platform.records.all('policy')).toEqual([])
  })

  it('names the group whose name stands for two entitlements', async () => {
    const on = await stage('examples/governance', onTestFinished)
    synced(on, ['Engineering Member', 'Support Member', 'Support Member'])
    expect(inOneLine(await on.refusedApply(INPUTS))).toContain('Support Member (2 found)')
  })

  it('leaves the entitlements where they are when it is destroyed', async () => {
    const on = await stage('examples/governance', onTestFinished)
    synced(on, ['Engineering Member', 'Support Member'])
    await on.apply(INPUTS)
    await on.destroy(INPUTS)
    expect(on.platform.records.all('entitlement')).toHaveLength(2)
    expect(on.platform.records.all('profile')).toEqual([])
  })
})
