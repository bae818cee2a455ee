import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { READER_COMMANDS } from '../../../src/readers/commands/index.ts'
import { makeSnapshot, type MadeSync } from '../../support/readers/make-snapshot.ts'
import { run } from '../sdk/cli/fixture.ts'

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'readers-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A file in a folder of its own that is gone after the test. */
export function fileOf(...syncs: readonly MadeSync[]): string {
  const file = join(newFolder(), 'acme.c1z')
  makeSnapshot(file, syncs)
  return file
}

/** Runs a reader as the command line does. */
export const read = (file: string, ...argv: readonly string[]) =>
  run({ argv: [...argv, ...(file === '' ? [] : ['-f', file])], commands: READER_COMMANDS })

/** The rows of a reader, from its JSON. */
export async function rowsOf<T = Readonly<Record<string, unknown>>>(
  file: string,
  ...argv: readonly string[]
): Promise<readonly T[]> {
  const { stdout } = await read(file, ...argv, '--output', 'ndjson')
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}
