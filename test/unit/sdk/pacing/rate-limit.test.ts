import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRatePacer, type RatePacer } from '../../../../src/sdk/pacing/rate-limit.ts'
import { createVirtualTime, type VirtualTime } from '../../../support/virtual-time.ts'

/** Says for a request at a time whether a server takes it, else how long it asks to wait. */
type Server = (now: number) => { readonly taken: true } | { readonly taken: false; readonly waitMs: number }

const fixedWindow = (limit: number, windowMs: number, used = 0): Server => {
  let start = -1
  let count = used
  return (now) => {
    if (start < 0) start = now
    if (now >= start + windowMs) {
      start += Math.floor((now - start) / windowMs) * windowMs
      count = 0
    }
    return count++ < limit ? { taken: true } : { taken: false, waitMs: start + windowMs - now }
  }
}

const slidingWindow = (limit: number, windowMs: number): Server => {
  const taken: number[] = []
  return (now) => {
    while (taken.length > 0 && taken[0]! <= now - windowMs) taken.shift()
    if (taken.length >= limit) return { taken: false, waitMs: taken[0]! + windowMs - now }
    taken.push(now)
    return { taken: true }
  }
}

const tokenBucket = (size: number, perMs: number): Server => {
  let tokens = size
  let last = 0
  return (now) => {
    tokens = Math.min(size, tokens + (now - last) * perMs)
    last = now
    if (tokens < 1) return { taken: false, waitMs: (1 - tokens) / perMs }
    tokens--
    return { taken: true }
  }
}

/** A server that also refuses every nth request for no reason. */
const whimsical = (server: Server, nth: number): Server => {
  let count = 0
  return (now) => (++count % nth === 0 ? { taken: false, waitMs: 1_000 } : server(now))
}

interface Played {
  readonly ms: number
  readonly refusals: number
}

/** Sends `requests` through a pacer to a server, `workers` at once, each taking `latencyMs` there and the same back. */
async function play(
  server: Server,
  options: { requests: number; workers?: number; latencyMs?: number; header?: 'seconds' | 'exact' | 'none' },
): Promise<Played & { readonly state: ReturnType<RatePacer['state']> }> {
  const { requests, workers = 1, latencyMs = 20, header = 'seconds' } = options
  const time: VirtualTime = createVirtualTime()
  const { clock, sleep } = time
  const pacer = createRatePacer({ clock, sleep, published: { requests: 60, windowMs: 60_000 } })
  const { signal } = new AbortController()
  let left = requests
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      for (;;) {
        const admission = await pacer.admit(signal)
        await sleep(latencyMs, signal)
        const answer = server(clock.monotonicMs())
        await sleep(latencyMs, signal)
        if (answer.taken) {
          admission.accepted()
          break
        }
        const exact = answer.waitMs
        admission.refused(header === 'none' ? undefined : header === 'exact' ? exact : Math.ceil(exact / 1000) * 1000)
      }
    }
  }
  await time.run(Promise.all(Array.from({ length: workers }, worker)))
  const state = pacer.state()
  return { ms: clock.monotonicMs(), refusals: state.refusals, state }
}

describe('rate pacer', () => {
  it('does not hold anything back before the first refusal', async () => {
    const { ms, refusals, state } = await play(() => ({ taken: true }), { requests: 5_000, latencyMs: 1 })
    expect({ ms, refusals, limit: state.limit, waitedMs: state.waitedMs }).toEqual({
      ms: 10_000,
      refusals: 0,
      limit: undefined,
      waitedMs: 0,
    })
  })

  describe.each([1, 3])('with %i workers', (workers) => {
    it.each([112, 1_022])(
      'reads %i pages from a fixed window of 60 a minute in 1.1 of the time it dictates',
      async (requests) => {
        const { ms, refusals } = await play(fixedWindow(60, 60_000), { requests, workers })
        const dictated = Math.floor((requests - 1) / 60) * 60_000
        expect(refusals).toBeLessThanOrEqual(2 * workers)
        expect(ms).toBeLessThanOrEqual(dictated * 1.1 + 4_000)
      },
    )

    it.each([112, 1_022])('reads %i pages from a sliding window', async (requests) => {
      const { ms, refusals } = await play(slidingWindow(60, 60_000), { requests, workers })
      expect(refusals).toBeLessThanOrEqual(3 * workers)
      expect(ms).toBeLessThanOrEqual(Math.floor((requests - 1) / 60) * 60_000 * 1.1 + 4_000)
    })

    it.each([112, 1_022])('reads %i pages from a token bucket', async (requests) => {
      const { ms, refusals } = await play(tokenBucket(60, 1 / 1000), { requests, workers })
      expect(refusals).toBeLessThanOrEqual(6 * workers)
      expect(ms).toBeLessThanOrEqual((requests - 60) * 1_000 * 1.1 + 4_000)
    })

    it('finds the window where the server names no time', async () => {
      const { ms, refusals } = await play(fixedWindow(60, 60_000), { requests: 300, workers, header: 'none' })
      expect(refusals).toBeLessThanOrEqual(8 + 2 * workers)
      expect(ms).toBeLessThanOrEqual(4 * 60_000 * 1.2)
    })

    it('is not misled by a window that an earlier run has half used up', async () => {
      const { ms, refusals } = await play(fixedWindow(60, 60_000, 55), { requests: 240, workers })
      expect(refusals).toBeLessThanOrEqual(3 * workers)
      expect(ms).toBeLessThanOrEqual(4 * 60_000 * 1.1 + 4_000)
    })

    it('learns a limit below the published one at the second refusal', async () => {
      const { refusals, state } = await play(fixedWindow(30, 60_000), { requests: 200, workers })
      expect(refusals).toBeLessThanOrEqual(4 * workers)
      expect(state.limit?.requests).toBeLessThanOrEqual(30)
    })
  })

  it.each([70, 35, 7])(
    'is not slowed to a halt by refusals of every %ith request that no limit stands behind',
    async (nth) => {
      const dictated = Math.floor((400 - 1) / 60) * 60_000
      const { ms } = await play(whimsical(fixedWindow(60, 60_000), nth), { requests: 400, workers: 2 })
      expect(ms).toBeLessThanOrEqual(dictated * 1.3 + (400 / nth) * 1_000 + 4_000)
      const small = await play(whimsical(fixedWindow(30, 2_000), nth), { requests: 400, workers: 2 })
      expect(small.ms).toBeLessThanOrEqual(27_000 * 1.3 + (400 / nth) * 1_100 + 4_000)
    },
  )

  it('finds back to the published rate after something else stopped using it', async () => {
    let now = 0
    const crowded: Server = (at) => {
      now = at
      return at < 240_000 ? narrow(at) : wide(at)
    }
    const narrow = fixedWindow(20, 60_000)
    const wide = fixedWindow(60, 60_000)
    const { state } = await play(crowded, { requests: 600 })
    expect(now).toBeGreaterThan(240_000)
    expect((state.limit?.requests ?? 0) / (state.limit?.windowMs ?? 1)).toBeGreaterThan(0.75 / 1000)
  })

  it('sends nothing before the time the server named, and then one request first', async () => {
    const time = createVirtualTime()
    const pacer = createRatePacer({ ...time, published: { requests: 60, windowMs: 60_000 } })
    const { signal } = new AbortController()
    const first = await pacer.admit(signal)
    first.refused(7_000)
    const sent: number[] = []
    const probe = async (ms: number): Promise<void> => {
      const admission = await pacer.admit(signal)
      sent.push(time.clock.monotonicMs())
      await time.sleep(ms, signal)
      admission.accepted()
    }
    await time.run(Promise.all([probe(500), probe(0), probe(0)]))
    expect(sent).toEqual([7_000, 7_500, 7_500])
    expect(pacer.state().waitedMs).toBe(7_000)
  })

  it('lets go of who waits for a probe that hangs', async () => {
    const { clock, sleep } = createVirtualTime()
    const pacer = createRatePacer({ clock, sleep, published: { requests: 60, windowMs: 60_000 } })
    const never = new AbortController().signal
    ;(await pacer.admit(never)).refused(0)
    await pacer.admit(never)
    const stop = new AbortController()
    const waiting = pacer.admit(stop.signal)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  it('stops waiting when it is told to', async () => {
    const time = createVirtualTime()
    const pacer = createRatePacer({ ...time, published: { requests: 60, windowMs: 60_000 } })
    const stop = new AbortController()
    const first = await pacer.admit(stop.signal)
    first.refused(60_000)
    const waiting = pacer.admit(stop.signal)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  it('never sends more than a learned limit in any window', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 5, max: 80 }), fc.integer({ min: 1, max: 4 }), async (limit, workers) => {
        const { refusals } = await play(fixedWindow(limit, 20_000), { requests: limit * 4, workers, latencyMs: 5 })
        expect(refusals).toBeLessThanOrEqual(4 * workers + 3)
      }),
      { numRuns: 25 },
    )
  })
})

describe('a published limit that is kept from the start', () => {
  const published = { requests: 25, windowMs: 1_000 }

  /** Counts a request at any time between its sending and its answer, as a network or a busy server does. */
  async function keepTo(
    server: Server,
    requests: number,
    workers: number,
    delays: (now: number) => number,
    keep = true,
  ) {
    const time = createVirtualTime()
    const { clock, sleep } = time
    const pacer = createRatePacer({ clock, sleep, published, keep })
    const { signal } = new AbortController()
    let left = requests
    const worker = async (): Promise<void> => {
      while (left-- > 0)
        for (;;) {
          const admission = await pacer.admit(signal)
          await sleep(delays(clock.monotonicMs()), signal)
          const answer = server(clock.monotonicMs())
          await sleep(1, signal)
          if (answer.taken) {
            admission.accepted()
            break
          }
          admission.refused(Math.ceil(answer.waitMs / 1000) * 1000)
        }
    }
    await time.run(Promise.all(Array.from({ length: workers }, worker)))
    return { ms: clock.monotonicMs(), ...pacer.state() }
  }

  it('is never exceeded where every request may be counted early or late, in 1.1 of the time it dictates', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.integer({ min: 0, max: 60 })),
        fc.integer({ min: 1, max: 12 }),
        async (stream, workers) => {
          const delay = () => stream.next().value ?? 0
          const { ms, refusals } = await keepTo(slidingWindow(25, 1_000), 501, workers, delay)
          expect(refusals).toBe(0)
          const dictated = Math.max(20_000, (501 / workers) * 31)
          expect(ms).toBeLessThanOrEqual(dictated * 1.1 + 200)
        },
      ),
      { numRuns: 20 },
    )
  })

  /** A server with one hand: requests wait for each other before they are counted, in every other second for longer. */
  function oneByOne(slowMs: number, fastMs: number): (now: number) => number {
    let free = 0
    return (now) => {
      free = Math.max(free, now) + (Math.floor(now / 1_000) % 2 === 0 ? slowMs : fastMs)
      return free - now
    }
  }

  it.each([
    [4, 1],
    [16, 2],
  ])('is never exceeded at a server that counts the requests of a burst each %i ms, or each %i ms', async (...ms) => {
    const ended = await keepTo(slidingWindow(25, 1_000), 251, 32, oneByOne(...ms))
    expect(ended.refusals).toBe(0)
    expect(ended.ms).toBeLessThanOrEqual(10_000 * 1.1)
  })

  it('is learned from the first refusals where nobody knew it, in 1.1 of the time it dictates', async () => {
    const { ms, refusals } = await keepTo(slidingWindow(25, 1_000), 501, 32, oneByOne(4, 1), false)
    expect(refusals).toBeLessThanOrEqual(32)
    expect(ms).toBeLessThanOrEqual(20_000 * 1.1)
  })

  it('stays the limit after a refusal that says nothing about it', async () => {
    let count = 0
    const server: Server = () => (++count === 10 ? { taken: false, waitMs: 1_000 } : { taken: true })
    const { ms, refusals, limit } = await keepTo(server, 200, 4, () => 5)
    expect([refusals, limit]).toEqual([1, published])
    expect(ms).toBeGreaterThan(7_000)
  })

  it('gives way to a limit below it', async () => {
    const { refusals, limit } = await keepTo(fixedWindow(10, 1_000), 300, 4, () => 5)
    expect(refusals).toBeLessThanOrEqual(30)
    expect((limit?.requests ?? 0) / (limit?.windowMs ?? 1)).toBeLessThan(0.015)
  })
})

describe('what may be sent now', () => {
  const published = { requests: 60, windowMs: 60_000 }

  it('is what the published limit leaves in its window before the first refusal', async () => {
    const time = createVirtualTime()
    const { clock, sleep } = time
    const pacer = createRatePacer({ clock, sleep, published })
    const { signal } = new AbortController()
    await time.run(
      (async () => {
        for (let i = 0; i < 3; i++) (await pacer.admit(signal)).accepted()
        expect(pacer.state().left).toBe(57)
        await sleep(60_000, signal)
        expect(pacer.state().left).toBe(60)
      })(),
    )
  })

  it('is nothing while a refusal is waited out', async () => {
    const time = createVirtualTime()
    const { clock, sleep } = time
    const pacer = createRatePacer({ clock, sleep, published })
    const { signal } = new AbortController()
    await time.run(
      (async () => {
        ;(await pacer.admit(signal)).refused(5_000)
        expect(pacer.state().left).toBe(0)
        await sleep(5_000, signal)
        expect(pacer.state().left).toBe(60)
      })(),
    )
  })
})
