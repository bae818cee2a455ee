import { describe, expect, it } from 'vitest'
import { createRatePacer } from '../../../../src/sdk/pacing/rate-limit.ts'
import { type LimiterModel, rateLimiter } from '../../../tenant/rate-limiter.ts'
import { createVirtualTime } from '../../../support/virtual-time.ts'

const PUBLISHED = { requests: 60, windowMs: 60_000 }

interface Peer {
  readonly model: LimiterModel
  /** Counts each question of a request, or the request. */
  readonly byQuestions: boolean
  /** Used up in the first window by somebody else. */
  readonly used?: number
}

/** Sends requests of so many questions each, one after the other, and tells how long that took and how often one was refused. */
async function play({ model, byQuestions, used = 0 }: Peer, sizes: readonly number[]) {
  const time = createVirtualTime(0)
  const { clock, sleep } = time
  const pacer = createRatePacer({ clock, sleep, published: PUBLISHED })
  const limiter = rateLimiter(model, PUBLISHED.requests, PUBLISHED.windowMs)
  if (used > 0) limiter(0, used)
  const { signal } = new AbortController()
  const work = async (): Promise<void> => {
    for (const questions of sizes)
      for (;;) {
        const admission = await pacer.admit(signal, questions)
        await sleep(40, signal)
        const waitMs = limiter(clock.monotonicMs(), byQuestions ? questions : 1)
        if (waitMs === 0) {
          admission.accepted()
          break
        }
        admission.refused(Math.ceil(waitMs / 1000) * 1000)
      }
  }
  await time.run(work())
  return { ms: clock.monotonicMs(), refusals: pacer.state().refusals }
}

const times = (count: number, questions: number): readonly number[] => Array.from({ length: count }, () => questions)

/** As a sync asks: wide at first, then two lists, then the longest alone. */
const SYNC = [...times(5, 9), ...times(60, 2), ...times(60, 1)]

const questionsOf = (sizes: readonly number[]): number => sizes.reduce((sum, one) => sum + one, 0)

describe('requests that ask several questions', () => {
  it.each(['fixed', 'sliding', 'bucket'] as const)(
    'are paced by their questions where the peer counts those (%s)',
    async (model) => {
      const { ms, refusals } = await play({ model, byQuestions: true }, SYNC)
      const minutes = Math.floor((questionsOf(SYNC) - 1) / 60)
      expect(ms).toBeLessThanOrEqual((minutes + 1) * 60_000 * 1.15)
      expect(refusals).toBeLessThanOrEqual(model === 'bucket' ? 10 : 6)
    },
  )

  it.each(['fixed', 'sliding', 'bucket'] as const)(
    'are paced as one each where the peer counts requests (%s)',
    async (model) => {
      const { ms } = await play({ model, byQuestions: false }, SYNC)
      expect(ms).toBeLessThanOrEqual(Math.floor((SYNC.length - 1) / 60) * 60_000 * 1.1 + 10_000)
    },
  )

  it('are not slowed for long where the rest of another program looked like their weight', async () => {
    // 54 of 60 are gone: six requests of nine questions are taken, which is what 54 questions would be.
    const sizes = times(400, 9)
    const { ms } = await play({ model: 'fixed', byQuestions: false, used: 54 }, sizes)
    const dictated = Math.floor((sizes.length + 54) / 60) * 60_000
    expect(ms).toBeLessThanOrEqual(dictated + 2 * 60_000)
  })

  it('do not become dearer the longer the peer counts their questions', async () => {
    const sizes = times(300, 4)
    const { ms, refusals } = await play({ model: 'fixed', byQuestions: true }, sizes)
    expect(ms).toBeLessThanOrEqual(20 * 60_000 * 1.1)
    // Of 20 windows every second, then every fourth and so on is tried at the other rate.
    expect(refusals).toBeLessThanOrEqual(10)
  })
})
