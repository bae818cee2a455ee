import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runTerraform, terraformMissing } from '../../support/terraform/run-terraform.ts'
import { stage } from '../../support/terraform/stage.ts'

const TERRAFORM = join(import.meta.dirname, '../../../deploy/terraform')
const foldersIn = (kind: string): readonly string[] =>
  readdirSync(join(TERRAFORM, kind)).map((name) => `${kind}/${name}`)
const modules = foldersIn('modules')
const examples = foldersIn('examples')

describe('the modules and examples', () => {
  it.for([...modules, ...examples])('%s has the files of a standard module', (path) => {
    for (const file of ['main.tf', 'variables.tf', 'outputs.tf', 'versions.tf', 'README.md'])
      expect(existsSync(join(TERRAFORM, path, file)), file).toBe(true)
  })
})

describe.skipIf(terraformMissing)(`the modules and examples under Terraform ${terraformMissing ?? ''}`, () => {
  it('are formatted', async () => {
    const { code, output } = await runTerraform(TERRAFORM, ['fmt', '-check', '-recursive'])
    expect([code, output]).toEqual([0, ''])
  })

  it.for([...modules, ...examples])('%s is valid', async (path) => {
    const on = await stage(path, onTestFinished)
    const { code, output } = await on.run(['validate', '-no-color'])
    expect([code, output]).toEqual([0, expect.stringContaining('The configuration is valid.')])
  })

  it.for(modules)('%s passes its own tests', async (path) => {
    const on = await stage(path, onTestFinished)
    const { code, output } = await on.run(['test', '-no-color'])
    expect(output).toMatch(/Success! [1-9]\d* passed, 0 failed\./)
    expect(code).toBe(0)
  })
})
