import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { blocksIn } from '../support/markdown.ts'
import { exampleTenant } from '../tenant/example-tenant.ts'
import { createPlace, KEY } from '../support/place.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/change-access.md'), 'utf8')
const blocks = blocksIn(page)

const commandsOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '')

/** How many requests a run takes is no promise; an example shows one of them. */
const withoutCount = (text: string): string => text.replaceAll(/"requests":\d+/g, '"requests":…')

describe('docs/change-access.md', () => {
  it('has examples, and shows what some of them print', () => {
    expect(
      blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => commandsOf(text)).length,
    ).toBeGreaterThan(25)
    expect(blocks.filter(({ language }) => language === 'text').length).toBeGreaterThan(2)
  })

  it('has only examples that end with 0 and print what is shown, run from top to bottom', async () => {
    const place = createPlace(onTestFinished)
    const server = await place.serve({ tenant: exampleTenant(), keys: { [KEY]: 'provision' } })
    writeFileSync(join(place.folder, 'key'), KEY)
    const settings: string[] = []
    let printed = ''
    for (const { language, text } of blocks) {
      if (language === 'csv') writeFileSync(join(place.folder, 'changes.csv'), text)
      if (language === 'text') expect(withoutCount(printed)).toBe(withoutCount(text))
      if (language !== 'sh') continue
      printed = ''
      for (const line of commandsOf(text)) {
        if (line.startsWith('export ')) {
          settings.push(line)
          continue
        }
        expect(line).toContain('npx baton-twingate')
        const script = [...settings, line.replaceAll('npx baton-twingate', '"$0" "$1"')].join('\n')
        const env = { BATON_BASE_URL: server.baseUrl }
        const { code, stdout, stderr } = await place.start([], { env, under: ['sh', '-c', script] }).ended
        expect([line, code, code === 0 ? '' : stderr]).toEqual([line, 0, ''])
        printed += stdout
      }
    }
  })
})
