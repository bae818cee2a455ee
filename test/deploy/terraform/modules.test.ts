import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { inputsIn } from '../../../scripts/terraform-module.ts'
import { blocksIn } from '../../support/markdown.ts'
import { runTerraform, terraformMissing } from '../../terraform/run-terraform.ts'
import { stage } from '../../terraform/stage.ts'

const TERRAFORM = join(import.meta.dirname, '../../../deploy/terraform')
const foldersIn = (kind: string): readonly string[] =>
  readdirSync(join(TERRAFORM, kind)).map((name) => `${kind}/${name}`)
const modules = foldersIn('modules')
const examples = foldersIn('examples')

describe('the modules and examples', () => {
  it.for([...modules, ...examples])('%s has the files of a standard module', (path) => {
    const files = ['main.tf', 'variables.tf', 'outputs.tf', 'versions.tf', 'README.md']
    expect(files.filter((file) => !existsSync(join(TERRAFORM, path, file)))).toEqual([])
  })
})

/** Blocks of HCL in a module's README. */
const exampleOf = (path: string): string =>
  blocksIn(readFileSync(join(TERRAFORM, path, 'README.md'), 'utf8'))
    .filter(({ language }) => language === 'hcl')
    .map(({ text }) => text)
    .join('\n')

describe('the inputs of the modules', () => {
  it.for(modules)('of %s are validated, but for those that are true or false', (path) => {
    const inputs = inputsIn(readFileSync(join(TERRAFORM, path, 'variables.tf'), 'utf8'))
    const free = inputs.filter(({ validated, type }) => !validated && type !== 'bool')
    expect(inputs.length).toBeGreaterThan(5)
    expect(free.map(({ name }) => name)).toEqual([])
  })
})

describe('the environment that the modules set', () => {
  it.for(['modules/kubernetes', 'modules/docker'])('by %s has only settings that there are', (path) => {
    const set = readFileSync(join(TERRAFORM, path, 'main.tf'), 'utf8').match(/\bBATON_[A-Z0-9_]+/g) ?? []
    const flags = readFileSync(join(TERRAFORM, '../../docs/flags.md'), 'utf8')
    expect(set.length).toBeGreaterThan(8)
    expect(set.filter((name) => !flags.includes(`\`${name}\``))).toEqual([])
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

  it('are used in the READMEs as they are', async () => {
    const on = await stage('roots/registration', onTestFinished)
    for (const path of ['modules/kubernetes', 'modules/docker']) {
      const folder = join(on.folder, '..', path.replaceAll('/', '-'))
      const key = 'variable "twingate_api_key" {\n  ephemeral = true\n}\n'
      await mkdir(folder)
      await writeFile(join(folder, 'main.tf'), [exampleOf('modules/registration'), exampleOf(path), key].join('\n'))
      expect(await on.run([`-chdir=${folder}`, 'init', '-no-color'])).toMatchObject({ code: 0 })
      const { code, output } = await on.run([`-chdir=${folder}`, 'validate', '-no-color'])
      expect([code, output]).toEqual([0, expect.stringContaining('The configuration is valid.')])
    }
  })

  it.for(modules)('%s passes its own tests', async (path) => {
    const on = await stage(path, onTestFinished)
    const { code, output } = await on.run(['test', '-no-color'])
    expect(output).toMatch(/Success! [1-9]\d* passed, 0 failed\./)
    expect(code).toBe(0)
  })
})
