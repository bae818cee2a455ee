import { describe, expect, it } from 'vitest'
import { ConnectorError, type ErrorCode, type Reason } from '../../../../src/sdk/ground/errors.ts'
import { retrying, type FailedAttempt } from '../../../../src/sdk/pacing/retry.ts'

const policy = { attempts: 4, attemptsIfMalformed: 2, firstWaitMs: 0, mostWaitMs: 0 }

/** `failures`: what each attempt says; the last again and again. Default the number of the attempt. */
async function attempts(
  code: ErrorCode,
  reason?: Reason,
  succeedAt = Infinity,
  failures: readonly string[] = [],
  followed = policy,
) {
  let count = 0
  const retries: FailedAttempt[] = []
  const result = await retrying(
    async () => {
      if (++count >= succeedAt) return 'done'
      throw new ConnectorError(
        code,
        'x',
        failures[count - 1] ?? failures.at(-1) ?? `failure ${count}`,
        undefined,
        reason,
      )
    },
    {
      ...{ policy: followed, operation: 'x', signal: new AbortController().signal },
      onRetry: (failed) => retries.push(failed),
    },
  ).catch((error: unknown) => error as ConnectorError)
  return { count, result, retries }
}

describe('retrying', () => {
  it('gives the first success', async () => {
    expect(await attempts('unavailable', undefined, 3)).toMatchObject({ count: 3, result: 'done' })
  })

  it.each([
    ['unavailable', undefined, 4],
    ['deadline-exceeded', 'timeout', 4],
    ['unavailable', 'malformed answer', 2],
    ['unavailable', 'graphql errors', 2],
    ['unauthenticated', undefined, 1],
    ['permission-denied', undefined, 1],
    ['not-found', undefined, 1],
    ['internal', undefined, 1],
    ['canceled', undefined, 1],
  ] as const)('makes of %s (%s) %i attempts and throws the last failure', async (code, reason, count) => {
    const { result, ...rest } = await attempts(code, reason)
    expect(rest.count).toBe(count)
    expect(result).toMatchObject({ code, detail: `failure ${count}` })
    expect(rest.retries).toHaveLength(count - 1)
  })

  it.each([
    ['unshown field', ['a'], 2],
    ['refused place', ['a'], 2],
    ['refused place', ['a', 'b'], 3],
    ['refused place', ['a', 'b', 'c', 'd'], 4],
    ['graphql errors', ['a'], 4],
    ['malformed answer', ['a'], 4],
  ] as const)(
    'makes of %s (%j) %i attempts: the same of the same place twice is no outage',
    async (reason, said, count) => {
      expect((await attempts('unavailable', reason, Infinity, said, { ...policy, attemptsIfMalformed: 4 })).count).toBe(
        count,
      )
    },
  )

  it('tells each repetition with what is left', async () => {
    const { retries } = await attempts('unavailable')
    expect(retries.map((r) => [r.attempt, r.attemptsLeft])).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
    ])
  })

  it('stops during a wait when the signal aborts', async () => {
    const stop = new AbortController()
    const running = retrying(
      async () => {
        throw new ConnectorError('unavailable', 'x', 'y')
      },
      {
        policy: { ...policy, firstWaitMs: 60_000, mostWaitMs: 60_000 },
        operation: 'x',
        signal: stop.signal,
        onRetry: () => setImmediate(() => stop.abort()),
      },
    )
    await expect(running).rejects.toMatchObject({ code: 'canceled' })
  })

  it('gives what an attempt made although the signal aborted meanwhile', async () => {
    const stop = new AbortController()
    const running = retrying(
      async () => {
        stop.abort()
        return 'made'
      },
      { policy, operation: 'x', signal: stop.signal, onRetry: () => {} },
    )
    expect(await running).toBe('made')
  })

  it('turns anything thrown into our error', async () => {
    const running = retrying(
      async () => {
        throw new TypeError('oops')
      },
      { policy, operation: 'x', signal: new AbortController().signal, onRetry: () => {} },
    )
    await expect(running).rejects.toMatchObject({ code: 'internal', operation: 'x' })
  })
})
