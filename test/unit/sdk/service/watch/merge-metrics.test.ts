import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../../../../src/sdk/service/watch/metrics.ts'
import { mergeMetrics } from '../../../../../src/sdk/service/watch/merge-metrics.ts'
import { startState } from '../../../../../src/sdk/service/watch/state.ts'

const state = startState('schedule', new Date(0))
const traffic = () => ({ requests: 1, refusals: 0, waitedMs: 0, authFailures: 0, readsLeft: 1 })

describe('metrics of several tenants', () => {
  it('have each heading once, with all values below it, told apart by their tenant', async () => {
    const texts = await Promise.all(
      ['acme', 'globex'].map((tenant) =>
        createMetrics({ version: '1', state: () => state, traffic, labels: { tenant }, ofProcess: false }).text(),
      ),
    )
    const lines = mergeMetrics(texts).split('\n')
    const headings = lines.filter((line) => line.startsWith('# TYPE'))
    expect(new Set(headings).size).toBe(headings.length)
    expect(headings).toEqual((texts[0] ?? '').split('\n').filter((line) => line.startsWith('# TYPE')))
    let metric = ''
    for (const line of lines) {
      metric = /^# HELP (\S+)/.exec(line)?.[1] ?? metric
      if (line !== '' && !line.startsWith('#')) expect(line.startsWith(metric)).toBe(true)
    }
    const values = lines.filter((line) => line !== '' && !line.startsWith('#'))
    expect(values.filter((line) => line.includes('tenant="acme"'))).toHaveLength(values.length / 2)
    expect(values.filter((line) => line.includes('tenant="globex"'))).toHaveLength(values.length / 2)
  })
})
