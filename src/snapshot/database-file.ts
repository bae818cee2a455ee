import { rmSync } from 'node:fs'

/** Removes a SQLite database with the files SQLite keeps beside it. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
}

/** A text as an SQL literal, for places that take no parameter. */
export const sqlText = (value: string): string => `'${value.replaceAll("'", "''")}'`
