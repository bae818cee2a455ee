import fc from 'fast-check'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { TenantRun } from '../../../../../src/sdk/cli/io.ts'
import { eachTenant } from '../../../../../src/sdk/cli/tenants/each-tenant.ts'
import { exitCodeOfAll } from '../../../../../src/sdk/cli/tenants/tenant-outcome.ts'
import { ConnectorError, type ErrorCode } from '../../../../../src/sdk/ground/errors.ts'

const runOf = (name: string): TenantRun => ({
  name,
  // Nothing here reads settings.
  config: {} as TenantRun['config'],
  reread: async () => undefined,
  setIn: () => undefined,
})

const failure = (code: ErrorCode) => new ConnectorError(code, 'sync', code)

describe('each tenant', () => {
  it('gets an outcome in its order, whatever the others do, and no more than agreed run at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), fc.nat(3)), { maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        async (plans, atOnce) => {
          const runs = plans.map((_, i) => runOf(String(i)))
          let running = 0
          let most = 0
          const outcomes = await eachTenant(runs, atOnce, new AbortController().signal, async ({ name }) => {
            const [fails, turns] = plans[Number(name)] ?? [false, 0]
            most = Math.max(most, ++running)
            for (let i = 0; i < turns; i++) await setImmediate()
            running--
            if (fails) throw failure('unavailable')
            return name
          })
          expect(outcomes.map(({ tenant, outcome }) => [tenant, outcome])).toEqual(
            plans.map(([fails], i) => [String(i), fails ? 'failed' : 'done']),
          )
          expect(most).toBeLessThanOrEqual(atOnce)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('that was not begun when the program was told to stop is stopped, and sends nothing', async () => {
    const stop = new AbortController()
    const begun: string[] = []
    const outcomes = await eachTenant(['a', 'b', 'c'].map(runOf), 1, stop.signal, async ({ name }) => {
      begun.push(name)
      if (name === 'b') stop.abort()
      return name
    })
    expect(begun).toEqual(['a', 'b'])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'stopped'])
    expect(exitCodeOfAll(outcomes)).toBe(1)
  })

  it.each([
    [[], 0],
    [['unavailable'], 14],
    [['unavailable', 'unauthenticated', 'canceled'], 16],
    [['invalid-argument', 'failed-precondition'], 9],
    [['failed-precondition', 'data-loss', 'unauthenticated'], 15],
    [['canceled', 'deadline-exceeded'], 4],
  ] as const)('that fails with %j makes the run end with %i', (codes, exitCode) => {
    const outcomes = codes.map((code) => ({ tenant: code, outcome: 'failed', error: failure(code) }) as const)
    expect(exitCodeOfAll([{ tenant: 'well', outcome: 'done', result: 1 }, ...outcomes])).toBe(exitCode)
  })
})
