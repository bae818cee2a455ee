import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { READER_COMMANDS } from '../../../src/readers/commands/index.ts'
import { ACME, LATER } from '../../support/readers/acme.ts'
import { makeSnapshot } from '../../support/readers/make-snapshot.ts'
import { run } from '../sdk/cli/fixture.ts'
import { newFolder } from './fixture.ts'

describe('report of several files', () => {
  it('reviews the sync that ended last, or the one that is named, and shows the growth over all, each sync once', async () => {
    const folder = newFolder()
    makeSnapshot(join(folder, 'a-later.c1z'), [ACME, LATER])
    makeSnapshot(join(folder, 'b-first.c1z'), [ACME])
    const report = async (...args: readonly string[]) => {
      const csv = join(newFolder(), 'review')
      const argv = ['report', '-f', join(folder, '*.c1z'), '--csv', csv, ...args]
      const { code, stderr } = await run({ argv, commands: READER_COMMANDS })
      expect([code, stderr]).toEqual([0, expect.any(String)])
      const charts = parse(readFileSync(join(csv, 'charts.csv'), 'utf8')) as readonly (readonly string[])[]
      const growth = charts.filter((cells) => cells.join().includes('Growth') && cells.includes('people'))
      return { stderr, growth: growth.map((cells) => cells.slice(1).join(' ')) }
    }
    const last = await report()
    expect(last.stderr).toMatch(/review of \S*a-later\.c1z, /)
    expect(last.growth).toHaveLength(2)
    expect(last.growth.map((text) => /2026-\d\d-\d\d/.exec(text)?.[0])).toEqual(['2026-01-02', '2026-03-02'])
    expect((await report('--sync', ACME.id)).growth).toEqual(last.growth)
  })
})
