import { ConnectorError } from '../../ground/errors.ts'
import { printable } from '../../text/printable.ts'
import type { ChangeRun } from './context.ts'

/** The reason of the error where a person said no. */
export const DECLINED = 'declined'

/**
 * Asks the person at the terminal before something that cannot be taken back, or that is large. With `--yes` it is done as it was asked for, and
 * without a terminal likewise, unless it `mustBeConfirmed`.
 *
 * Errors: `canceled` for any answer but yes; `failed-precondition` where it must be confirmed and there is nobody to ask.
 */
export async function approve(
  { ambient, config, io }: Pick<ChangeRun, 'ambient' | 'config' | 'io'>,
  question: string,
  mustBeConfirmed = false,
): Promise<void> {
  const { ask } = ambient
  if (config.yes) return
  if (!ask) {
    if (!mustBeConfirmed) return
    const detail = `${printable(question)} This must be confirmed, so nothing was sent; --yes confirms it`
    throw new ConnectorError('failed-precondition', 'confirm', detail, undefined, DECLINED)
  }
  io.status.set('')
  const answer = await ask(`${printable(question)} [y/N] `)
  if (/^y(es)?$/i.test(answer.trim())) return
  const detail = 'not confirmed, so nothing was sent; --yes does it without asking'
  throw new ConnectorError('canceled', 'confirm', detail, undefined, DECLINED)
}
