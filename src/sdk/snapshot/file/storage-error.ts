import { ConnectorError, type ErrorCode } from '../../ground/errors.ts'

/** Result codes of SQLite that say more than "it failed". Source: SQLite result code list. */
const SQLITE_CODES: ReadonlyMap<number, readonly [ErrorCode, string]> = new Map([
  [8, ['permission-denied', 'a file beside the snapshot is read-only; make the folder writable']],
  [11, ['data-loss', 'a file of the snapshot is damaged']],
  [14, ['permission-denied', 'a file beside the snapshot cannot be opened; make the folder writable']],
  [26, ['data-loss', 'a file of the snapshot is not a database']],
] as const)

const SYSTEM_CODES: ReadonlyMap<string, readonly [ErrorCode, string]> = new Map([
  ['EFBIG', ['resource-exhausted', 'the file would be larger than the file system allows']],
  ['EACCES', ['permission-denied', 'the file system refuses access']],
  ['EPERM', ['permission-denied', 'the file system refuses access']],
  ['ENAMETOOLONG', ['invalid-argument', 'its name is too long; choose a shorter --file']],
  ['ELOOP', ['invalid-argument', 'its links lead in a circle; choose another --file']],
  ['EROFS', ['permission-denied', 'the file system is read-only']],
] as const)

/** SQLite's code for a full disk, and the one it gives for a full disk that it met outside a plain write. */
const SQLITE_FULL = 13
const SQLITE_IOERR = 10

/**
 * Says in our terms what the file system or SQLite refused. `operation` names what was being done and to which file, `folder` where it was
 * written, which is what may be full.
 */
export function storageError(value: unknown, operation: string, folder?: string): ConnectorError {
  if (ConnectorError.is(value)) return value
  const [code, detail] = knownCause(value, folder) ?? []
  return code && detail ? new ConnectorError(code, operation, detail, value) : ConnectorError.from(value, operation)
}

/** Runs `work` and turns whatever it throws into a `ConnectorError`. */
export function storageCall<T>(operation: string, folder: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw storageError(error, operation, folder)
  }
}

function knownCause(value: unknown, folder: string | undefined): readonly [ErrorCode, string] | undefined {
  if (!(value instanceof Error)) return undefined
  if ('errcode' in value && typeof value.errcode === 'number') {
    const primary = value.errcode & 0xff
    if (primary === SQLITE_FULL) return noSpace(folder)
    if (primary === SQLITE_IOERR)
      return [
        'resource-exhausted',
        `the disk of ${folder ?? 'the file'} failed or is full; check it, free some space and run again`,
      ]
    return SQLITE_CODES.get(primary)
  }
  const code = 'code' in value ? String(value.code) : ''
  if (code === 'ENOSPC') return noSpace(folder)
  if (code === 'EDQUOT')
    return [
      'resource-exhausted',
      `the disk quota of ${folder ?? 'the file system'} is used up; free some space and run again`,
    ]
  return SYSTEM_CODES.get(code)
}

const noSpace = (folder = 'the file system'): readonly [ErrorCode, string] => [
  'resource-exhausted',
  `no space left in ${folder}; free some there and run again`,
]
