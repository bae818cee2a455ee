import { printable } from '../../text/printable.ts'

/** One JSON log line as a person reads it: ISO time, level in capitals, message, the other fields as JSON; separated by tabs. */
export function consoleLine(json: string): string {
  const { level, ts, msg, ...fields } = JSON.parse(json) as LogLine
  const rest = Object.keys(fields).length === 0 ? [] : [printable(JSON.stringify(fields))]
  return `${[new Date(ts * 1000).toISOString(), level.toUpperCase(), printable(msg ?? ''), ...rest].join('\t')}\n`
}

/** What the logger has just written itself. */
interface LogLine {
  readonly level: string
  readonly ts: number
  readonly msg?: string
  readonly [field: string]: unknown
}
