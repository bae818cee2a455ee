import { describe, expect, it } from 'vitest'
import { ConnectorError, type ErrorCode, type Reason } from '../../../../src/sdk/ground/errors.ts'
import { silentLogger } from '../../../../src/sdk/ground/ports.ts'
import { neverReached, sendOrLook } from '../../../../src/sdk/pacing/send-or-look.ts'

const call = { signal: new AbortController().signal, log: silentLogger }
const retry = { attempts: 3, attemptsIfMalformed: 2, firstWaitMs: 1, mostWaitMs: 1 }
const failure = (code: ErrorCode, reason?: Reason) => new ConnectorError(code, 'test', code, undefined, reason)

/** Plays answers one after another, errors by throwing, and keeps the order in which they were asked for. */
function play(
  sends: readonly (string | Error)[],
  looks: readonly (string | Error | undefined)[],
  { proofs }: { readonly proofs?: readonly (string | undefined)[] } = {},
) {
  const asked: string[] = []
  const waits: number[] = []
  const sleep = async (ms: number) => void waits.push(ms)
  const next = <T>(name: string, answers: readonly T[]) => {
    const answer = answers[asked.filter((one) => one === name).length]
    asked.push(name)
    if (answer instanceof Error) throw answer
    return answer as Exclude<T, Error>
  }
  const result = sendOrLook<string>({
    send: async () => next('send', sends),
    look: async () => next('look', looks),
    ...(proofs && { unrepeatable: { sleep, prove: async () => next('prove', proofs) } }),
    operation: 'test',
    retry,
    call,
  })
  return { result, asked, waits }
}

describe('sendOrLook', () => {
  it('does not look where the answer came', async () => {
    const { result, asked } = play(['sent'], [])
    expect(await result).toBe('sent')
    expect(asked).toEqual(['send'])
  })

  it.each(['unavailable', 'deadline-exceeded'] as const)(
    'looks after %s, and is content with what stands there',
    async (code) => {
      const { result, asked } = play([failure(code)], ['stands'])
      expect(await result).toBe('stands')
      expect(asked).toEqual(['send', 'look'])
    },
  )

  it('sends again where nothing stands there', async () => {
    const { result, asked } = play([failure('unavailable'), 'sent'], [undefined])
    expect(await result).toBe('sent')
    expect(asked).toEqual(['send', 'look', 'send'])
  })

  it('sends again without a look where the change certainly did not arrive', async () => {
    const { result, asked } = play([failure('unavailable', 'ECONNREFUSED'), 'sent'], [])
    expect(await result).toBe('sent')
    expect(asked).toEqual(['send', 'send'])
  })

  it('looks for half a minute before it sends an unrepeatable change again, and proves at last that it is not there', async () => {
    const { result, asked, waits } = play([failure('unavailable'), 'sent'], [], { proofs: [undefined] })
    expect(await result).toBe('sent')
    expect(asked).toEqual(['send', ...Array<string>(5).fill('look'), 'prove', 'send'])
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(30_000)
  })

  it('is content with what the proof finds', async () => {
    const { result, asked } = play([failure('unavailable')], [], { proofs: ['stands'] })
    expect(await result).toBe('stands')
    expect(asked.filter((one) => one === 'send')).toHaveLength(1)
  })

  it('never sends again while it cannot look', async () => {
    const { result, asked } = play([failure('unavailable'), 'sent'], Array<Error>(9).fill(failure('unavailable')))
    await expect(result).rejects.toMatchObject({
      code: 'unavailable',
      detail: expect.stringContaining('it is unknown whether the change was made') as string,
    })
    expect(asked.filter((one) => one === 'send')).toHaveLength(1)
  })

  it('looks once more after the last failure', async () => {
    const lost = failure('unavailable')
    const { result, asked } = play([lost, lost, lost], [undefined, undefined, 'stands'])
    expect(await result).toBe('stands')
    expect(asked).toEqual(['send', 'look', 'send', 'look', 'send', 'look'])
  })

  it('passes the last failure on where nothing stands there', async () => {
    const { result } = play([failure('unavailable'), failure('unavailable'), failure('deadline-exceeded')], [])
    await expect(result).rejects.toMatchObject({ code: 'deadline-exceeded', detail: 'deadline-exceeded' })
  })

  it('neither looks nor repeats after a refusal', async () => {
    const { result, asked } = play([failure('failed-precondition')], [])
    await expect(result).rejects.toMatchObject({ code: 'failed-precondition' })
    expect(asked).toEqual(['send'])
  })

  it('passes on what a look found to be wrong', async () => {
    const { result, asked } = play([failure('unavailable')], [failure('not-found')])
    await expect(result).rejects.toMatchObject({ code: 'not-found' })
    expect(asked).toEqual(['send', 'look'])
  })
})

describe('neverReached', () => {
  it.each<Reason>(['ECONNREFUSED', 'EAI_AGAIN', 'connect timeout', 'proxy', 'rate limit'])(
    'is certain after %s',
    (reason) => {
      expect(neverReached(failure('unavailable', reason))).toBe(true)
    },
  )

  it.each<Reason>(['connection reset', 'timeout', 'http 500', 'http 503', 'malformed answer'])(
    'is not after %s',
    (reason) => {
      expect(neverReached(failure('unavailable', reason))).toBe(false)
    },
  )
})
