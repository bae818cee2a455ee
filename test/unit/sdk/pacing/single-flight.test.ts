import { describe, expect, it } from 'vitest'
import { singleFlight } from '../../../../src/sdk/pacing/single-flight.ts'

const never = new AbortController().signal

function controlled() {
  const runs: { readonly signal: AbortSignal; readonly end: PromiseWithResolvers<number> }[] = []
  const join = singleFlight((signal) => {
    const end = Promise.withResolvers<number>()
    runs.push({ signal, end })
    return end.promise
  })
  return { runs, join }
}

describe('single flight', () => {
  it('serves all who come during a run by that run, and the next by another', async () => {
    const { runs, join } = controlled()
    const both = Promise.all([join(never), join(never)])
    runs[0]!.end.resolve(1)
    expect(await both).toEqual([1, 1])
    const next = join(never)
    runs[1]!.end.resolve(2)
    expect([await next, runs.length]).toEqual([2, 2])
  })

  it('fails all together, and keeps no failure', async () => {
    const { runs, join } = controlled()
    const both = Promise.allSettled([join(never), join(never)])
    runs[0]!.end.reject(new Error('no'))
    expect(await both).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
    const next = join(never)
    runs[1]!.end.resolve(2)
    expect(await next).toBe(2)
  })

  it('lets one leave without the others', async () => {
    const { runs, join } = controlled()
    const leaving = new AbortController()
    const left = join(leaving.signal)
    const stays = join(never)
    leaving.abort(new Error('I leave'))
    await expect(left).rejects.toThrow('I leave')
    expect(runs[0]!.signal.aborted).toBe(false)
    runs[0]!.end.resolve(1)
    expect(await stays).toBe(1)
  })

  it('stops the run when the last has left, and begins a new one for the next', async () => {
    const { runs, join } = controlled()
    const leaving = new AbortController()
    const left = join(leaving.signal)
    leaving.abort(new Error('I leave'))
    await expect(left).rejects.toThrow('I leave')
    expect(runs[0]!.signal.aborted).toBe(true)
    const next = join(never)
    runs[1]!.end.resolve(2)
    expect(await next).toBe(2)
    runs[0]!.end.reject(new Error('stopped'))
  })
})
