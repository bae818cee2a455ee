import { describe, expect, it } from 'vitest'
import { defineCommand } from '../../../../src/sdk/cli/command.ts'
import type { Field } from '../../../../src/sdk/settings/field.ts'
import { run } from './fixture.ts'

const commandWith = (fields: readonly Field[]) =>
  defineCommand({
    name: 'try',
    summary: 'print its settings',
    fields,
    run: async ({ config, stdout }) => {
      stdout.write(JSON.stringify(config))
      return 0
    },
  })

describe('a command that is one value', () => {
  const files = { '/here/.baton.yaml': 'log-level: error\n', '/here/own.yaml': 'target: { url: x }\n' }

  it('reads the config file of settings', async () => {
    const { code, stdout } = await run({ argv: ['try'], files, commands: [commandWith([])] })
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ 'log-level': 'error' })])
  })

  it('leaves both files to a command whose config is a file of another form', async () => {
    const own = {
      name: 'config',
      kind: 'string',
      displayName: 'Own file',
      description: 'A file of its own form',
      sources: ['flag'],
    } as const
    const { code, stdout, stderr } = await run({
      argv: ['try', '--config', 'own.yaml'],
      files,
      commands: [commandWith([own])],
    })
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({ config: 'own.yaml', 'log-level': 'info' })
  })
})
