import { describe, expect, it } from 'vitest'
import { Journal } from '../../support/terraform/journal.ts'
import { conductoroneProvider } from '../../support/terraform/conductorone/provider.ts'
import { Platform } from '../../support/terraform/conductorone/platform.ts'
import { serveProviders } from '../../support/terraform/serve-providers.ts'
import { copyModules, runTerraform } from '../../support/terraform/run-terraform.ts'
import { onTestFinished } from 'vitest'

describe('x', () => {
  it('y', async () => {
    const journal = new Journal()
    const platform = new Platform(journal)
    const served = await serveProviders([conductoroneProvider(platform)])
    onTestFinished(() => served.close())
    const root = await copyModules(onTestFinished)
    const dir = root + '/modules/registration'
    const env = { TF_REATTACH_PROVIDERS: served.reattach }
    for (const args of [['init'], ['validate'], ['apply', '-auto-approve', '-no-color'], ['plan', '-no-color', '-detailed-exitcode'],
      ['apply', '-auto-approve', '-no-color', '-var=app_name=New'], ['apply', '-auto-approve', '-no-color', '-var=app_name=New', '-var=credential_generation=2'], ['plan', '-no-color', '-detailed-exitcode', '-var=app_name=New', '-var=credential_generation=2'], ['destroy', '-auto-approve', '-no-color']]) {
      const t = performance.now()
      const r = await runTerraform(dir, args, env)
      console.log(args.join(' '), r.code, Math.round(performance.now() - t), r.output)
    }
    console.log(journal.entries())
    expect(1).toBe(1)
  })
})
