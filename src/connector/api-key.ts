import { ConnectorError } from '../sdk/errors.ts'
import type { Logger } from '../sdk/ports.ts'
import type { Secret } from '../sdk/secret.ts'

/** Reads the key again from where it came; `undefined` where it came as a value and stays what it is. */
export type RereadKey = () => Promise<Secret | undefined>

/** The API key, which may be exchanged while the program runs. */
export interface ApiKey {
  current(): Secret
  /** Whether there is another key than the refused one by now. Reads once, however many ask. */
  renew(refused: Secret, log: Logger): Promise<boolean>
}

export function createApiKey(first: Secret, reread: RereadKey = async () => undefined): ApiKey {
  let key = first
  let reading: Promise<void> | undefined

  const read = async (log: Logger): Promise<void> => {
    try {
      const found = await reread()
      if (found === undefined || found.reveal() === key.reveal()) return
      key = found
      log.info('the API key was exchanged')
    } catch (error) {
      // The refusal of the old key is what has to be told; why there is no new one belongs into the log.
      log.warn('the API key cannot be read again', { error: ConnectorError.from(error, 'read the API key').detail })
    }
  }

  return {
    current: () => key,
    async renew(refused, log) {
      if (key !== refused) return true
      reading ??= read(log).finally(() => {
        reading = undefined
      })
      await reading
      return key !== refused
    },
  }
}
