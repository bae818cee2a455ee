import type { Attributes } from '../dynamic-value.ts'

/** Kinds of things the platform stores. */
export type RecordKind =
  | 'app'
  | 'connector'
  | 'credential'
  | 'owner'
  | 'policy'
  | 'profile'
  | 'entries'
  | 'entitlement'
  | 'resource'
  | 'resource-type'
  | 'user'

/** A stored thing. Its attributes are named as in the provider's schema. */
export interface StoredRecord {
  readonly id: string
  attributes: Attributes
  /** Time of a soft deletion: the record still answers, with this. */
  deletedAt?: string
}

/** What the platform stores, by kind and id. */
export class Records {
  readonly #kinds = new Map<RecordKind, Map<string, StoredRecord>>()

  of(kind: RecordKind): Map<string, StoredRecord> {
    const existing = this.#kinds.get(kind)
    if (existing !== undefined) return existing
    const created = new Map<string, StoredRecord>()
    this.#kinds.set(kind, created)
    return created
  }

  all(kind: RecordKind): readonly StoredRecord[] {
    return [...this.of(kind).values()]
  }

  put(kind: RecordKind, id: string, attributes: Attributes): StoredRecord {
    const record: StoredRecord = { id, attributes: { ...attributes, id } }
    this.of(kind).set(id, record)
    return record
  }
}
