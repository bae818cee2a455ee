import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { holdStateDir } from '../../../../../src/sdk/cli/commands/hold-state-dir.ts'
import { silentLogger, type Sleep } from '../../../../../src/sdk/ground/ports.ts'
import { temporaryFolder } from '../../../../tenant/sync-tenant.ts'

const LOOK_MS = 60_000

/** A folder that is held, and looks that come when they are told to. */
function hold(folder = temporaryFolder(onTestFinished)) {
  const told: string[] = []
  let wake = () => {}
  let slept = 0
  const sleep: Sleep = (ms, signal) =>
    new Promise((resolve, reject) => {
      slept = ms
      wake = resolve
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })
  const tell = (message: string) => void told.push(message)
  const held = holdStateDir(folder, { sleep, log: { ...silentLogger, warn: tell, error: tell } })
  onTestFinished(() => held.release())
  return {
    ...{ folder, held, told, lock: join(folder, 'daemon.lock') },
    nextLook: async () => {
      expect(slept).toBe(LOOK_MS)
      wake()
      await new Promise(setImmediate)
    },
  }
}

const refusal = expect.objectContaining({ code: 'failed-precondition' }) as unknown

it('the lock of a state directory stays fresh for whoever removes old files, and is gone at the end', async () => {
  const { lock, held, told, folder, nextLook } = hold()
  utimesSync(lock, new Date(0), new Date(0))
  await nextLook()
  expect(statSync(lock).mtimeMs).toBeGreaterThan(0)
  utimesSync(lock, new Date(0), new Date(0))
  await nextLook()
  expect(statSync(lock).mtimeMs, 'and so each time').toBeGreaterThan(0)
  await held.release()
  expect([told, readdirSync(folder)]).toEqual([[], []])
})

it('a lock that was removed is taken again, and keeps others out', async () => {
  const { lock, held, folder, told, nextLook } = hold()
  rmSync(lock)
  await nextLook()
  expect(told).toEqual(['the lock of the state directory had been removed and was taken again'])
  expect(() => hold(folder)).toThrow(refusal)
  await held.release()
  expect(existsSync(lock)).toBe(false)
})

it('a lock that was removed and taken by another is told once and left to that one', async () => {
  const first = hold()
  rmSync(first.lock)
  const second = hold(first.folder)
  await first.nextLook()
  await first.nextLook()
  expect(first.told).toEqual(['the lock of the state directory was removed and cannot be taken again'])
  await first.held.release()
  expect(existsSync(first.lock)).toBe(true)
  expect(() => hold(first.folder)).toThrow(refusal)
  await second.held.release()
  expect(existsSync(first.lock)).toBe(false)
})
