import { describe, expect, it } from 'vitest'
import { formatDuration } from '../../../../src/sdk/format-duration.ts'
import { createProgress } from '../../../../src/cli/output/progress.ts'
import { createStatusLine } from '../../../../src/cli/output/status-line.ts'
import { recorder } from '../fixture.ts'

const CLEAR = '\r\u001B[2K'

function setup(isTTY = true, columns = 120) {
  const stream = recorder(isTTY, columns)
  let ms = 0
  const line = createStatusLine(stream)
  const progress = createProgress(line, { now: () => new Date(0), monotonicMs: () => ms })
  return { stream, line, progress, advance: (by: number) => (ms += by), last: () => stream.parts.at(-1) }
}

describe('createProgress', () => {
  it('shows phase, items of total and pages, then the time left once there is a pace', () => {
    const { progress, advance, last } = setup()
    progress.show({ phase: 'users', done: 100, total: 12_300, pages: 1 })
    expect(last()).toBe(`${CLEAR}users 100 of 12,300 · 1 page`)
    advance(10_000)
    progress.show({ phase: 'users', done: 1100, total: 12_300, pages: 11 })
    expect(last()).toBe(`${CLEAR}users 1,100 of 12,300 · 11 pages · 1 min 52 s left`)
  })

  it('leaves out total and time left where no total is known', () => {
    const { progress, advance, last } = setup()
    progress.show({ phase: 'repairs', done: 0, pages: 0 })
    advance(5000)
    progress.show({ phase: 'repairs', done: 4, pages: 2 })
    expect(last()).toBe(`${CLEAR}repairs 4 · 2 pages`)
  })

  it('redraws at most ten times a second, but at once for a new phase', () => {
    const { progress, advance, stream } = setup()
    progress.show({ phase: 'users', done: 1, pages: 1 })
    advance(50)
    progress.show({ phase: 'users', done: 2, pages: 1 })
    progress.show({ phase: 'groups', done: 1, pages: 1 })
    expect(stream.parts).toEqual([`${CLEAR}users 1 · 1 page`, `${CLEAR}groups 1 · 1 page`])
  })

  it('says until when the rate limit holds it, and goes on afterwards', () => {
    const { progress, last } = setup()
    progress.show({ phase: 'users', done: 1, pages: 1 })
    progress.show({ waitingUntil: new Date(2026, 0, 2, 12, 3, 4) })
    expect(last()).toBe(`${CLEAR}users 1 · 1 page · waiting for the rate limit until 12:03:04`)
    progress.show({})
    expect(last()).toBe(`${CLEAR}users 1 · 1 page`)
    progress.end()
    expect(last()).toBe(CLEAR)
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
    expect(last()).toBe(`${CLEAR}012345678`)
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
