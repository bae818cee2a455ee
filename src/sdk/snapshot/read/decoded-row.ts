import { ConnectorError } from '../../ground/errors.ts'

/** Runs `work`, which decodes `what`, for example `the row of user:ann`, and says of a damaged row that it is that one. */
export function decodedRow<T>(operation: string, what: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!ConnectorError.is(error) || error.code !== 'data-loss') throw error
    const detail = `${what} is damaged; sync again, or restore the file from a copy`
    throw new ConnectorError('data-loss', operation, detail, error)
  }
}
