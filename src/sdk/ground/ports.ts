/** Reads the time. `now` is wall time, `monotonicMs` only ever rises and is for measuring and waiting. */
export interface Clock {
  now(): Date
  monotonicMs(): number
}

/** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

/** Fills a new array of `length` unpredictable bytes. */
export type RandomBytes = (length: number) => Uint8Array

export type LogFields = Readonly<Record<string, unknown>>

/** The four levels of the Go SDK's log. Fields are values for machines; the message is constant text. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export const silentLogger: Logger = Object.freeze({ debug() {}, info() {}, warn() {}, error() {} })
