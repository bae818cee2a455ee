import { ConnectorError } from '../../../sdk/ground/errors.ts'

/** What is wrong with a value, in the words of whoever reads it; `undefined` where nothing is. */
export function problemOf(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    return ConnectorError.from(error, 'configuration').detail
  }
}
