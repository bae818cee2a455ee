import { ConnectorError } from '../../ground/errors.ts'
import { printable } from '../../text/printable.ts'
import type { ChangeRun } from './context.ts'

/** The reason of the error where a person said no. */
export const DECLINED = 'declined'

/**
 * Asks the person at the terminal before something that cannot be taken back, or that is large. Without a terminal, and with `--yes`, it is
 * done as it was asked for.
 *
 * Errors: `canceled` for any answer but yes.
 */
export async function approve(
  { ambient, config, io }: Pick<ChangeRun, 'ambient' | 'config' | 'io'>,
  question: string,
): Promise<void> {
  const { ask } = ambient
  if (config.yes || !ask) return
  io.status.set('')
  const answer = await ask(`${printable(question)} [y/N] `)
  if (/^y(es)?$/i.test(answer.trim())) return
  const detail = 'not confirmed, so nothing was sent; --yes does it without asking'
  throw new ConnectorError('canceled', 'confirm', detail, undefined, DECLINED)
}
