import { describe, expect, it, onTestFinished } from 'vitest'
import { inOneLine } from '../../../terraform/plan-verdict.ts'
import { terraformMissing } from '../../../terraform/run-terraform.ts'
import { stage } from '../../../terraform/stage.ts'

const naive = async () => {
  const on = await stage('roots/naive', onTestFinished)
  return { on, connector: () => on.platform.living('connector')[0]?.id ?? '' }
}

// The modules are right only if the stand-in is as unkind as the real provider.
describe.skipIf(terraformMissing)(
  `the stand-in, under a configuration that knows no hazard ${terraformMissing ?? ''}`,
  () => {
    it('forgets the secret at the next refresh, so that an output of it changes', async () => {
      const { on } = await naive()
      await on.apply()
      const { code, output } = await on.plan()
      expect(output).toContain('client_secret')
      expect(code).toBe(2)
    })

    it('replaces connector and credential when the app is renamed', async () => {
      const { on } = await naive()
      await on.apply()
      const mark = on.journal.mark()
      await on.apply({ app_name: 'Twingate of Acme' })
      expect([...on.journal.operations(mark)].sort()).toEqual([
        'app.update',
        'connector.create',
        'connector.delete',
        'credential.create',
        'credential.revoke',
      ])
    })

    it('revokes the credential when the list of owners of a self-hosted connector changes', async () => {
      const { on } = await naive()
      await on.apply({ user_ids: ['ada'] })
      const mark = on.journal.mark()
      await on.apply({ user_ids: ['ada', 'grace'] })
      expect(on.journal.operations(mark)).toEqual(['credential.revoke', 'connector.update', 'credential.create'])
    })

    it('ends inconsistently when the list of owners of a cloud-hosted connector changes', async () => {
      const { on } = await naive()
      await on.apply({ cloud_hosted: true, user_ids: ['ada'] })
      const output = inOneLine(await on.refusedApply({ cloud_hosted: true, user_ids: ['ada', 'grace'] }))
      expect(output).toContain('Provider produced inconsistent result after apply')
    })

    it('ends inconsistently with an empty list of owners, because the creator is put in', async () => {
      const { on } = await naive()
      const output = inOneLine(await on.refusedApply({ user_ids: [] }))
      expect(output).toContain('Provider produced inconsistent result after apply')
    })

    it('can neither read nor delete a connector that is gone', async () => {
      const { on, connector } = await naive()
      await on.apply()
      on.platform.records.of('connector').delete(connector())
      expect(await on.refusedApply()).toContain('404')
      const { code, output } = await on.run(['destroy', '-auto-approve', '-no-color'])
      expect([code, output]).toEqual([1, expect.stringContaining('404')])
    })

    it('leaves a second connector behind when the answer to its creation was lost', async () => {
      const { on } = await naive()
      on.platform.faults.schedule({ operation: 'connector.create', kind: 'lost-answer' })
      await on.refusedApply()
      await on.apply()
      expect(on.platform.living('connector')).toHaveLength(2)
    })

    it('imports a credential without its secret, and no connector at all', async () => {
      const { on, connector } = await naive()
      await on.apply()
      const [credential] = on.platform.records.all('credential')
      const id = JSON.stringify({ app_id: 'app-1', connector_id: connector(), id: credential?.id })
      await on.run([
        'state',
        'rm',
        'conductorone_connector_credential.this[0]',
        'conductorone_integration_baton.this[0]',
      ])
      const imported = await on.run(['import', '-no-color', 'conductorone_connector_credential.this[0]', id])
      expect(imported.output).toContain('Import successful!')
      const refused = await on.run(['import', '-no-color', 'conductorone_integration_baton.this[0]', connector()])
      expect(refused.output).toContain('Resource Import Not Implemented')
    })
  },
)
