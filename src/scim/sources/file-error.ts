import { ConnectorError, type ErrorCode } from '../../sdk/ground/errors.ts'

const CAUSES: ReadonlyMap<string, readonly [ErrorCode, string]> = new Map([
  ['ENOENT', ['not-found', 'the file does not exist; check its path']],
  ['ENOTDIR', ['not-found', 'the file does not exist; check its path']],
  ['EISDIR', ['invalid-argument', 'this is a folder; name a file']],
  ['EACCES', ['permission-denied', 'the file system refuses access; check the permissions of the file']],
  ['EPERM', ['permission-denied', 'the file system refuses access; check the permissions of the file']],
  ['ENAMETOOLONG', ['invalid-argument', 'the path is too long']],
  ['ELOOP', ['invalid-argument', 'the links of this path lead in a circle']],
] as const)

/** Says in our terms why a file of a source cannot be read. */
export function fileError(error: unknown, name: string): ConnectorError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const [known, detail] = CAUSES.get(code) ?? []
  return known && detail
    ? new ConnectorError(known, `read ${name}`, detail, error)
    : ConnectorError.from(error, `read ${name}`)
}
