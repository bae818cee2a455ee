import { describe, expect, it } from 'vitest'
import { formatDuration } from '../../../../../src/sdk/text/duration.ts'
import { createProgress } from '../../../../../src/sdk/cli/output/progress.ts'
import { createStatusLine } from '../../../../../src/sdk/cli/output/status-line.ts'
import { recorder } from '../fixture.ts'

const CLEAR = '\r\u001B[2K'

/** A terminal, and a clock that moves when somebody says so. */
function setup(isTTY = true, columns = 120) {
  const stream = recorder(isTTY, columns)
  let ms = 0
  let wake = (): void => {}
  const line = createStatusLine(stream)
  const progress = createProgress(line, {
    clock: { now: () => new Date(ms), monotonicMs: () => ms },
    sleep: (_, signal) =>
      new Promise((resolve, reject) => {
        wake = resolve
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      }),
  })
  const advance = async (by: number): Promise<void> => {
    ms += by
    wake()
    await Promise.resolve()
  }
  return { stream, line, progress, advance, last: () => stream.parts.at(-1)?.replace(CLEAR, '') }
}

const BAR = (full: number): string => '█'.repeat(full) + '░'.repeat(20 - full)

describe('createProgress', () => {
  it('shows phase and items, and as soon as the size of the run is known a bar and the time left', async () => {
    const { progress, advance, last } = setup()
    progress.show({ phase: 'users', done: 100, total: 12_300, pages: 1 })
    expect(last()).toBe('users 100 of 12,300')
    progress.expect(120, 120_000)
    await advance(2_000)
    progress.show({ phase: 'users', done: 3000, total: 12_300, pages: 30 })
    expect(last()).toBe(`users 3,000 of 12,300  ${BAR(5)} 25% · 1 min 58 s left`)
    await advance(30_000)
    progress.show({ phase: 'groups', done: 50, total: 100, pages: 60 })
    expect(last()).toBe(`groups 50 of 100  ${BAR(10)} 50% · 1 min 28 s left`)
  })

  it('counts down from one estimate, and takes nothing back but where the run is slower than that', async () => {
    const { progress, advance, last } = setup()
    progress.expect(120, 120_000)
    const left: string[] = []
    for (const [by, pages] of [
      [1000, 30],
      [4000, 60],
      [55_000, 61],
      [30_000, 90],
      [60_000, 100],
    ] as const) {
      await advance(by)
      progress.show({ phase: 'users', done: pages, pages })
      left.push(last()?.split(' · ').at(-1) ?? '')
    }
    expect(left).toEqual(['1 min 59 s left', '1 min 55 s left', '1 min left', '30 s left', '30 s left'])
  })

  it('says nothing of the time where less than a second is left, or the run takes more than was expected', async () => {
    const { progress, advance, last } = setup()
    progress.expect(4, 0)
    await advance(300)
    progress.show({ phase: 'users', done: 3, pages: 3 })
    expect(last()).toBe(`users 3  ${BAR(15)} 75%`)
    await advance(300)
    progress.show({ phase: 'checking users', done: 5, pages: 5 })
    expect(last()).toBe('checking users 5')
  })

  it('counts nothing in a phase without pages', () => {
    const { progress, last } = setup()
    progress.expect(4, 0)
    progress.show({ phase: 'writing the file', done: 0, pages: 0 })
    expect(last()).toBe('writing the file')
  })

  it('redraws at most ten times a second, but at once for a new phase', async () => {
    const { progress, advance, stream } = setup()
    progress.show({ phase: 'users', done: 1, pages: 1 })
    await advance(50)
    progress.show({ phase: 'users', done: 2, pages: 1 })
    progress.show({ phase: 'groups', done: 1, pages: 1 })
    expect(stream.parts).toEqual([`${CLEAR}users 1`, `${CLEAR}groups 1`])
  })

  it('counts down how long the rate limit holds it, and goes on afterwards', async () => {
    const { progress, advance, last } = setup()
    progress.show({ phase: 'users', done: 1, pages: 1 })
    progress.show({ waitingUntil: new Date(62_500) })
    expect(last()).toBe('users 1 · waiting 1 min 3 s for the rate limit')
    await advance(1000)
    expect(last()).toBe('users 1 · waiting 1 min 2 s for the rate limit')
    await advance(61_000)
    expect(last()).toBe('users 1 · waiting 1 s for the rate limit')
    progress.show({})
    expect(last()).toBe('users 1')
    await advance(1000)
    expect(last()).toBe('users 1')
    progress.end()
    expect(last()).toBe('')
  })

  it('shows nothing in a pipe', () => {
    const { progress, stream } = setup(false)
    progress.show({ phase: 'users', done: 1, pages: 1 })
    progress.show({ waitingUntil: new Date() })
    progress.end()
    expect(stream.parts).toEqual([])
  })
})

describe('createStatusLine', () => {
  it('lets other lines pass above it', () => {
    const { line, stream } = setup()
    line.write('one\n')
    line.set('busy')
    line.write('two\n')
    line.set('')
    line.write('three\n')
    expect(stream.parts).toEqual(['one\n', `${CLEAR}busy`, `${CLEAR}two\nbusy`, CLEAR, 'three\n'])
  })

  it('cuts the text so that it never wraps', () => {
    const { line, last } = setup(true, 10)
    line.set('0123456789abc')
    expect(last()).toBe('012345678')
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [820, '820 ms'],
    [1234, '1.2 s'],
    [12_400, '12 s'],
    [60_000, '1 min'],
    [3_599_700, '1 h'],
    [7_500_000, '2 h 5 min'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})
