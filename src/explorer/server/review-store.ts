import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { StoredDecision } from './answers-work.ts'

const APPLICATION_ID = 0x52565731
const BUSY_MS = 5_000

const SCHEMA = `
create table decision (entitlementId text not null, principalKey text not null, verdict text not null, reviewer text not null,
  note text not null, at text not null, syncId text not null, principalName text not null, resourceKey text not null,
  resourceName text not null, primary key (entitlementId, principalKey)) without rowid;
create table signing_key (one integer primary key check (one = 1), pem text not null)`

/** Decisions of reviewers, in a SQLite file beside the snapshot. It is made with the first decision; the snapshot itself is never written. */
export class ReviewStore {
  readonly #path: string

  constructor(snapshotPath: string) {
    this.#path = `${snapshotPath}.review.db`
  }

  /** The newest first. Errors: as `#with`. */
  all(): readonly StoredDecision[] {
    if (!existsSync(this.#path)) return []
    return this.#with((database) =>
      database
        .prepare('select * from decision order by at desc')
        .all()
        .map((row) => StoredDecision.parse(row)),
    )
  }

  /** Takes the place of what was decided of the same grant before. */
  put(decision: StoredDecision): void {
    this.#with((database) => {
      const names = Object.keys(StoredDecision.shape)
      database
        .prepare(
          `insert or replace into decision (${names.join(', ')}) values (${names.map((name) => `:${name}`).join(', ')})`,
        )
        .run(decision)
    })
  }

  remove(entitlementId: string, principalKey: string): void {
    if (!existsSync(this.#path)) return
    this.#with((database) =>
      database
        .prepare('delete from decision where entitlementId = ? and principalKey = ?')
        .run(entitlementId, principalKey),
    )
  }

  /** Signs a text with the key of this file, which is made at its first use. Gives base64, and the public key as PEM. */
  sign(statement: string): { readonly signature: string; readonly publicKey: string } {
    return this.#with((database) => {
      const stored = database.prepare('select pem from signing_key').get()?.['pem']
      const key = typeof stored === 'string' ? createPrivateKey(stored) : generateKeyPairSync('ed25519').privateKey
      const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
      if (stored === undefined) database.prepare('insert into signing_key values (1, ?)').run(pem)
      return { signature: sign(null, Buffer.from(statement), key).toString('base64'), publicKey: publicPem(pem) }
    })
  }

  /** Errors: `invalid-argument` for a file of another kind; as the file system's. */
  #with<T>(work: (database: DatabaseSync) => T): T {
    let database: DatabaseSync | undefined
    try {
      database = new DatabaseSync(this.#path, { timeout: BUSY_MS })
      const { application_id: id } = database.prepare('pragma application_id').get() ?? {}
      const isEmpty = database.prepare('select 1 from sqlite_schema').get() === undefined
      if (id !== APPLICATION_ID && !isEmpty)
        throw new ConnectorError(
          'invalid-argument',
          'open the review',
          `${this.#path} is no file of reviews; move it away`,
        )
      if (isEmpty) database.exec(`begin immediate; ${SCHEMA}; pragma application_id = ${APPLICATION_ID}; commit`)
      return work(database)
    } catch (error) {
      throw storageError(error, `open ${this.#path}`)
    } finally {
      database?.close()
    }
  }
}

const publicPem = (pem: string): string => createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString()

/** SHA-256 of a file, in hex. Errors: as the file system's. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
