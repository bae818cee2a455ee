import { expect, it, onTestFinished } from 'vitest'
import { createPlace, settingsFor } from '../support/place.ts'

it('a sync ends with the grants that follow from others, and --skip-expand-grants leaves them out', async () => {
  const place = createPlace(onTestFinished)
  const { baseUrl } = await place.serve()
  const summary = async (...args: readonly string[]) => {
    const { code, stdout } = await place.run(['--output', 'json', ...args], { env: settingsFor(baseUrl) })
    expect(code).toBe(0)
    return JSON.parse(stdout) as { readonly counts: unknown; readonly expandedGrants?: number }
  }
  const expanded = await summary()
  const plain = await summary('--skip-expand-grants')
  expect(expanded.expandedGrants).toBeGreaterThan(40)
  expect([plain.expandedGrants, plain.counts]).toEqual([undefined, expanded.counts])
})
