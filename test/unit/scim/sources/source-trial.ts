import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'

import { expect, onTestFinished } from 'vitest'

import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import { silentLogger } from '../../../../src/sdk/ground/ports.ts'
import type { Source, SourceCall, SourceMember, SourceObject, SourceRead } from '../../../../src/scim/source.ts'
import { openSource } from '../../../../src/scim/sources/open-source.ts'
import { SourceOptions } from '../../../../src/scim/sources/options.ts'
import { sourceParts } from '../../../support/scim/source-parts.ts'

/** Everything a read gave. */
export interface Taken extends SourceRead {
  readonly users: readonly SourceObject[]
  readonly groups: readonly SourceObject[]
  readonly members: readonly SourceMember[]
}

export function callWith(signal: AbortSignal = AbortSignal.timeout(60_000)): SourceCall {
  return {
    signal,
    clock: { now: () => new Date(0), monotonicMs: () => 0 },
    sleep: async () => {},
    log: silentLogger,
  }
}

/** A folder that goes with the test, and the files in it. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'scim-source-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

/** The source of a configuration value, as the program opens it. */
export async function sourceOf(folder: string, options: unknown, input: readonly Buffer[] = []): Promise<Source> {
  return openSource(SourceOptions.parse(options), sourceParts(folder, { stdin: Readable.from(input) }))
}

export async function take(source: Source, call: SourceCall = callWith()): Promise<Taken> {
  const users: SourceObject[] = []
  const groups: SourceObject[] = []
  const members: SourceMember[] = []
  const read = await source.read(
    {
      users: (batch) => void users.push(...batch),
      groups: (batch) => void groups.push(...batch),
      members: (batch) => void members.push(...batch),
      assignments: (batch) => expect(batch).toEqual([]),
    },
    call,
  )
  expect(read.complete).toBe(read.gaps.length === 0)
  return { ...read, users, groups, members }
}

/** The error that a read ends with, as `code: detail`. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => expect.unreachable('it did not fail'),
    (reason: unknown) => reason,
  )
  if (!ConnectorError.is(error)) throw error
  return `${error.code}: ${error.operation}: ${error.detail}`
}
