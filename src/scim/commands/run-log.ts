import type { CommandCall, CommandOutput } from '../../sdk/cli/command.ts'
import { parseDuration } from '../../sdk/text/duration.ts'
import { type LogRecord, LogRecords } from '../state/log-records.ts'
import { joinState } from '../state/open-state.ts'
import { recordLines } from './output/record-text.ts'
import { stateFileOf, type StateSettings } from './state-file.ts'

export interface LogOptions {
  readonly failed: boolean
  readonly since: string | undefined
  readonly follow: boolean
  readonly steps: boolean
}

const FOLLOW_MS = 1_000

/** Prints the log of a state, and with `follow` what comes until the program is stopped. */
export async function runLog(call: CommandCall, settings: StateSettings, options: LogOptions): Promise<number> {
  const { process, stdout, stderr, config } = call
  const { signal, sleep, clock } = process
  const state = joinState(await stateFileOf(settings, process.cwd))
  try {
    const records = new LogRecords(state.database)
    const since = sinceOf(options.since, clock.now())
    const isJson = config['output'] === 'json'
    let after = 0
    const print = (): void => {
      for (const record of records.find({ failedOnly: options.failed, since, after })) {
        after = record.id
        printRecord(stdout, record, isJson, options.steps)
      }
    }
    print()
    if (after === 0 && !options.follow && !isJson)
      stderr.write(`${options.failed ? 'nothing failed' : 'nothing was done'}${since ? ' since then' : ''}\n`)
    while (options.follow && !signal.aborted) {
      await sleep(FOLLOW_MS, signal).catch(() => {})
      if (!signal.aborted) print()
    }
    return 0
  } finally {
    state.close()
  }
}

function sinceOf(text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  return ms === undefined ? new Date(text) : new Date(now.getTime() - ms)
}

function printRecord(output: CommandOutput, record: LogRecord, isJson: boolean, steps: boolean): void {
  if (isJson) output.write(`${JSON.stringify(record)}\n`)
  else for (const line of recordLines(record, steps)) output.write(`${line}\n`)
}
