import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rowsOf } from '../../support/markdown.ts'
import { daemonDifferences } from '../../judges/daemon-differences.ts'
import { goDaemonRecord } from '../../judges/go-daemon-record.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/service-mode.md'), 'utf8')

describe('where our daemon and the official one differ', () => {
  it('is told in docs/service-mode.md, row for row', () => {
    expect(rowsOf(page, 'Go daemon')).toEqual(
      daemonDifferences.map(({ situation, go, here }) => ({ Situation: situation, 'Go daemon': go, Here: here })),
    )
  })

  it('names each script in which the official one does not pass always, once', () => {
    const told = daemonDifferences.flatMap(({ scripts }) => scripts).filter((name) => !ENDS_IN_OTHER_WORDS.has(name))
    const failed = Object.entries(goDaemonRecord).filter(([, { passes }]) => passes !== true)
    expect(told.toSorted()).toEqual(failed.map(([name]) => name).sort())
  })
})

/** Both pass it. */
const ENDS_IN_OTHER_WORDS: ReadonlySet<string> = new Set(['an untrusted certificate ends the daemon'])
