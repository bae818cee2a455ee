import { resolve } from 'node:path'

import { expandFile, type ExpandedFile } from '../../snapshot/expand/expand-file.ts'
import { formatDuration } from '../../text/duration.ts'
import { printable } from '../../text/printable.ts'
import type { CommandCall } from '../command.ts'
import { formatBytes } from '../output/summary.ts'

export interface ExpandSettings {
  readonly file: string
  readonly out: string
  readonly 'c1z-temp-dir'?: string | undefined
  readonly 'decoder-max-decoded-size-mb'?: number | undefined
}

/** Expands a snapshot and prints what was added. Gives the exit code. Errors: as `expandFile`. */
export async function runExpand(call: CommandCall, settings: ExpandSettings): Promise<number> {
  const { process, stdout } = call
  const { 'c1z-temp-dir': tempDir, 'decoder-max-decoded-size-mb': megabytes } = settings
  const start = process.clock.monotonicMs()
  const done = await expandFile({
    file: resolve(process.cwd, settings.file),
    out: resolve(process.cwd, settings.out),
    ...(tempDir !== undefined && { tempDir: resolve(process.cwd, tempDir) }),
    ...(megabytes !== undefined && { maxDecodedBytes: megabytes * 2 ** 20 }),
  })
  const durationMs = Math.round(process.clock.monotonicMs() - start)
  stdout.write(
    call.config['output'] === 'json' ? `${JSON.stringify(documentOf(done, durationMs))}\n` : tableOf(done, durationMs),
  )
  return 0
}

const sum = (added: ExpandedFile['added']): number => Object.values(added).reduce((total, n) => total + n, 0)

/** Its keys are a public format; units are in their names. */
const documentOf = (done: ExpandedFile, durationMs: number): Record<string, unknown> => ({
  file: done.path,
  bytes: done.bytes,
  syncId: done.syncId,
  added: sum(done.added),
  addedByType: done.added,
  changed: done.changed,
  edges: done.edges,
  missingSources: done.missingSources,
  cycles: done.cycles,
  durationMs,
})

function tableOf(done: ExpandedFile, durationMs: number): string {
  const count = (n: number): string => n.toLocaleString('en-US')
  const byType = Object.entries(done.added).map(([type, n]) => `${printable(type)}: ${count(n)}`)
  const facts: readonly (readonly [string, string])[] = [
    ['sync', done.syncId],
    ['file', `${printable(done.path)}, ${formatBytes(done.bytes)}`],
    ['duration', formatDuration(durationMs)],
    ['added', `${count(sum(done.added))} grants${byType.length > 0 ? ` (${byType.join(', ')})` : ''}`],
    ['changed', `${count(done.changed)} grants that were there, which name their sources now`],
    ['edges', `${count(done.edges)} from one entitlement to another`],
    ...(done.missingSources > 0
      ? [
          [
            'missing',
            `${count(done.missingSources)} sources that the file does not hold; nothing comes from them`,
          ] as const,
        ]
      : []),
    ...done.cycles.map(
      (ids) => ['cycle', `${ids.map(printable).join(' <-> ')}: pass no members on to each other`] as const,
    ),
  ]
  return facts.map(([name, text]) => `${name.padEnd(8)}  ${text}\n`).join('')
}
