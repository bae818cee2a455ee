import { expect } from 'vitest'
import type { Ended } from './run-program.ts'
import type { Place } from './place.ts'

export interface Refusal {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly under?: readonly string[]
  readonly code: number
  /** Of the one sentence. */
  readonly says: RegExp
}

/** What a person is told: everything on stderr that is neither a log line nor the estimate. */
export const toldIn = ({ stderr }: Ended): readonly string[] =>
  stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{') && !line.startsWith('about '))

/**
 * Runs the program twice, the second time at debug level with a log file, and expects one sentence, the exit code, no stack trace below
 * debug, an untouched folder and the key nowhere.
 */
export async function expectRefusal(place: Place, refusal: Refusal): Promise<Ended> {
  const { args = [], env = {}, code, says, ...extra } = refusal
  const before = place.contents()
  const ended = await place.run(args, { env, ...extra })
  expect({ code: ended.code, told: toldIn(ended), stdout: ended.stdout }).toEqual({
    code,
    told: [expect.stringMatching(says)],
    stdout: '',
  })
  expect(toldIn(ended)[0]).toMatch(/^baton-twingate: [^:]+: /)
  expect(ended.stderr).not.toMatch(/^\s+at /m)
  expect(place.contents()).toEqual(before)

  const log = place.input('run.log', '')
  const verbose = await place.run([...args, '--log-level', 'debug', '--log-path', `${log},stderr`], { env, ...extra })
  expect(verbose.code).toBe(code)
  expect(verbose.stderr, 'debug level shows where it failed').toMatch(/^\s+at /m)
  expect(place.contents()).toEqual(before)
  return ended
}
