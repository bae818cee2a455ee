import { ConnectorError } from './errors.ts'
import type { Logger } from './ports.ts'
import type { Secret } from './secret.ts'

/** Reads a secret again from where it came; `undefined` where it came as a value and stays what it is. */
export type RereadSecret = () => Promise<Secret | undefined>

/** A key or token that may be exchanged while the program runs. */
export interface RenewableSecret {
  current(): Secret
  /** Whether there is a newer secret than the refused one. Reads once, however many callers ask. */
  renew(refused: Secret, log: Logger): Promise<boolean>
}

/** `name` is what the log calls it, for example `API key`. */
export function createRenewableSecret(
  name: string,
  first: Secret,
  reread: RereadSecret = async () => undefined,
): RenewableSecret {
  let secret = first
  let reading: Promise<void> | undefined

  const read = async (log: Logger): Promise<void> => {
    try {
      const found = await reread()
      if (found === undefined || found.reveal() === secret.reveal()) return
      secret = found
      log.info(`the ${name} was exchanged`)
    } catch (error) {
      // The refusal of the old one is what has to be reported; why there is no new one belongs in the log.
      log.warn(`the ${name} cannot be read again`, { error: ConnectorError.from(error, `read the ${name}`).detail })
    }
  }

  return {
    current: () => secret,
    async renew(refused, log) {
      if (secret !== refused) return true
      reading ??= read(log).finally(() => {
        reading = undefined
      })
      await reading
      return secret !== refused
    },
  }
}
