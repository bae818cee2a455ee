import type { Logger } from '../../ground/ports.ts'
import { printable } from '../../text/printable.ts'
import type { StatusLine } from '../output/status-line.ts'
import type { Io } from '../io.ts'

/** The same log, each line with its tenant. */
export function tenantLog(log: Logger, tenant: string): Logger {
  const to =
    (level: keyof Logger): Logger[keyof Logger] =>
    (message, fields) =>
      log[level](message, { tenant, ...fields })
  return { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') }
}

/** Each line of a text behind the name of its tenant. */
export const tenantLines = (tenant: string, text: string): string =>
  text.replaceAll(/^(?=.)/gm, `${printable(tenant)}: `)

/** The progress line of several tenants: how many are done, and how far those are that have something to tell. */
export interface TenantBoard {
  lineOf(tenant: string): StatusLine
  /** One more is done. */
  done(tenant: string): void
}

export function createTenantBoard(line: StatusLine, count: number): TenantBoard {
  const texts = new Map<string, string>()
  let done = 0
  const draw = (): void => {
    const parts = [...texts].map(([tenant, text]) => `${tenant}: ${text}`)
    line.set([`${done} of ${count} tenants`, ...parts].join(' · '))
  }
  const set = (tenant: string, text: string): void => {
    if (text === '') texts.delete(tenant)
    else texts.set(tenant, text)
    draw()
  }
  return {
    lineOf: (tenant) => ({
      set: (text) => set(tenant, text),
      write: (text) => line.write(tenantLines(tenant, text)),
    }),
    done(tenant) {
      done += 1
      set(tenant, '')
    },
  }
}

/** What one tenant tells, in a run of several: its name begins each line, and stands in each line of the log. */
export function tenantIo(
  { stderr, log }: Pick<Io, 'stderr' | 'log'>,
  tenant: string,
  status: StatusLine,
): Pick<Io, 'stderr' | 'log' | 'status'> {
  return {
    stderr: { ...stderr, write: (text) => stderr.write(tenantLines(tenant, text)) },
    log: tenantLog(log, tenant),
    status,
  }
}
