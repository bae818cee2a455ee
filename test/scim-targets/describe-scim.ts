import { afterAll, beforeAll, describe } from 'vitest'
import { whyNoPython } from './install.ts'
import { type Judge, startJudge } from './judge.ts'
import { type ProxyOptions, type RecordingProxy, startRecordingProxy } from './recording-proxy.ts'
import { PYTHON_TARGETS, type ScimTarget, type ScimTargetName, startScimTarget } from './start.ts'

/** What a suite talks to; made before its first test. */
export interface ScimPlace {
  readonly server: ScimTarget
  /** In front of the server, with the judge where there is Python. */
  readonly proxy: RecordingProxy
}

const missing = await whyNoPython()

/**
 * A suite for each server, with a server and a proxy of its own. The servers from PyPI are skipped with the reason where Python is missing.
 *
 * Why: each test file starts what it needs once, and ends it by its process id.
 */
export function describeScim(
  names: readonly ScimTargetName[],
  suite: (place: () => ScimPlace, name: ScimTargetName) => void,
  options: Omit<ProxyOptions, 'judge'> = {},
): void {
  for (const name of names) {
    const isSkipped = missing !== undefined && PYTHON_TARGETS.includes(name)
    const title = isSkipped ? `${name} (skipped: ${missing})` : name
    describe.skipIf(isSkipped)(`at ${title}`, () => {
      let place: ScimPlace | undefined
      let judge: Judge | undefined
      beforeAll(async () => {
        judge = missing === undefined ? await startJudge() : undefined
        const server = await startScimTarget(name)
        place = { server, proxy: await startRecordingProxy(server.url, { ...options, judge }) }
      })
      afterAll(async () => {
        await place?.proxy.stop()
        await place?.server.stop()
        await judge?.stop()
      })
      suite(() => {
        if (!place) throw new Error('the server was not started')
        return place
      }, name)
    })
  }
}
