import { describe, expect, it, onTestFinished } from 'vitest'
import { runPool } from '../../../../src/sdk/sync/pool.ts'

describe('pool', () => {
  it('reports a failure that comes while another result is being stored, and leaves no rejection unhandled', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): unknown => unhandled.push(reason)
    process.on('unhandledRejection', note)
    onTestFinished(() => void process.off('unhandledRejection', note))
    const stored: string[] = []
    const open = ['good', 'bad']
    const pool = runPool<string, string>({
      workers: 1,
      signal: new AbortController().signal,
      next: (running) => open.find((item) => !running.has(item)),
      work: (item) => (item === 'good' ? Promise.resolve(item) : Promise.reject(new Error('no answer'))),
      settle(item) {
        open.splice(open.indexOf(item), 1)
        return () => stored.push(item)
      },
    })
    await expect(pool).rejects.toThrow('no answer')
    expect([stored, unhandled]).toEqual([['good'], []])
  })
})
