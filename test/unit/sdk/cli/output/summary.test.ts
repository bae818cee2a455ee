import { describe, expect, it } from 'vitest'
import { summaryJson, summaryTable } from '../../../../../src/sdk/cli/output/summary.ts'
import type { SyncSummary } from '../../../../../src/sdk/sync/summary.ts'

const summary: SyncSummary = {
  syncId: '2b1yXJ0hQ6m4b8gkzq2fWm8Jq1C',
  syncType: 'full',
  resumed: false,
  file: 'sync.c1z',
  bytes: 1_234_567,
  durationMs: 125_000,
  counts: {
    resourceTypes: 3,
    resources: { user: 10_000, group: 1000, role: 5 },
    entitlements: { group: 1000, role: 5 },
    grants: { group: 29_647, role: 10_000 },
  },
  requests: 112,
  waits: [{ count: 2, ms: 61_000, cause: 'rate limit' }],
  retries: { 'HTTP 502': 2, timeout: 1 },
  repairs: { groups: 0 },
  warnings: ['Group A\u001B[31m changed\nmeanwhile.'],
}

describe('summaryTable', () => {
  it('shows counts by type, aligned, and below them what the run took', () => {
    expect(summaryTable(summary)).toBe(`type   resources  entitlements  grants
group      1,000         1,000  29,647
role           5             5  10,000
user      10,000             0       0
total     11,005         1,005  39,647

sync      2b1yXJ0hQ6m4b8gkzq2fWm8Jq1C (full)
file      sync.c1z, 1.2 MB
duration  2 min 5 s
requests  112
waits     2 for the rate limit, 1 min 1 s
retries   3 (HTTP 502: 2, timeout: 1)
repairs   none
warning   Group A [31m changed meanwhile.
`)
  })

  it('says that a run went on from an earlier one', () => {
    expect(summaryTable({ ...summary, resumed: true })).toContain('(full, resumed)')
  })

  it('styles headings only', () => {
    const styled = summaryTable(summary, (text) => `<${text}>`)
    expect(styled).toMatch(/^<type .*grants>\ngroup /)
    expect(styled).toContain('<requests>  112\n')
  })

  it('lines up without any rows', () => {
    const counts = { resourceTypes: 0, resources: {}, entitlements: {}, grants: {} }
    expect(summaryTable({ ...summary, counts })).toMatch(
      /^type {3}resources {2}entitlements {2}grants\ntotal {10}0 {13}0 {7}0\n/,
    )
  })

  it.each([
    [999, '999 B'],
    [1000, '1.0 kB'],
    [50_000_000, '50.0 MB'],
    [2_500_000_000, '2.5 GB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(summaryTable({ ...summary, bytes })).toContain(`sync.c1z, ${text}\n`)
  })
})

describe('summaryJson', () => {
  it('is the summary as one object on one line', () => {
    const text = summaryJson(summary)
    expect(text.indexOf('\n')).toBe(text.length - 1)
    expect(JSON.parse(text)).toEqual(summary)
  })
})
