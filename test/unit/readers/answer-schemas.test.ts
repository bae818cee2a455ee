import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { READER_COMMANDS } from '../../../src/readers/commands/index.ts'
import { ANSWER_SCHEMAS } from '../../../src/readers/output/answer-schemas.ts'
import { ACME, LATER } from '../../support/readers/acme.ts'
import { run } from '../sdk/cli/fixture.ts'
import { fileOf } from './fixture.ts'

/** Words behind a command, that it has something to answer. */
const WORDS: Readonly<Partial<Record<string, string>>> = { show: 'Ada', access: 'ada@acme.example', 'who-can': 'wiki' }

describe('the JSON of the readers', () => {
  it.each(Object.entries(ANSWER_SCHEMAS))(
    'of %s has exactly the fields of the published schema',
    async (name, schema) => {
      const file = fileOf(ACME, LATER, { id: 'open' })
      const words = [...name.split(' '), ...(WORDS[name] === undefined ? [] : [WORDS[name]])]
      const form = name.startsWith('export') ? [] : ['--output', 'json']
      const { stdout } = await run({ argv: [...words, '-f', file, ...form], commands: READER_COMMANDS })
      const answers = name.startsWith('export') ? stdout.trim().split('\n') : [stdout]
      for (const answer of answers) expect(schema.parse(JSON.parse(answer))).toEqual(JSON.parse(answer))
      expect(answers.join('').length).toBeGreaterThan(100)
    },
  )

  it('is published as docs/readers.schema.json', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/readers.schema.json'), 'utf8')
    const { properties } = JSON.parse(text) as { readonly properties: object }
    expect(Object.keys(properties)).toEqual(Object.keys(ANSWER_SCHEMAS))
  })
})
