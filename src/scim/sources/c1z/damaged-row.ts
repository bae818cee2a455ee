import { ConnectorError } from '../../../sdk/ground/errors.ts'

/** Runs `work` and says of a damaged row which one it is. */
export function decodedRow<T>(file: string, row: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!ConnectorError.is(error) || error.code !== 'data-loss') throw error
    throw new ConnectorError(
      'data-loss',
      `read ${file}`,
      `the row of ${row} is damaged; sync again, or restore the file from a copy`,
      error,
    )
  }
}
