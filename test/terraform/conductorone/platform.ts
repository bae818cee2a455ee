import { ProviderError } from '../provider.ts'
import { Faults } from '../faults.ts'
import type { Journal } from '../journal.ts'
import { type RecordKind, Records, type StoredRecord } from './records.ts'

/** A call of the platform's API, named by what it does: `credential.create`. Reads have no body. */
export interface ApiCall {
  readonly operation: string
  readonly body: boolean
  readonly id: string
}

/** Where credentials are used: it hears of every one that is made, and of its end. */
export interface Door {
  letIn(clientId: string, clientSecret: string): Promise<void>
  shutOut(clientId: string): Promise<void>
}

/** How often a call with a body is tried again when it is refused for its rate. Reads are not: they fail at once. */
const RETRIES = 5

/** The platform's API as a provider meets it: records, faults, and a journal of every effect. */
export class Platform {
  readonly records = new Records()
  readonly faults = new Faults()
  /** Client secrets by the id of their credential: no call shows them again. */
  readonly secrets = new Map<string, string>()
  readonly journal: Journal
  /** Who calls the API; owns every connector that names no owner. */
  readonly creator: string
  /** Host of the tenant, as client ids name it. */
  tenantHost = 'acme.conductor.one'
  /** Nobody comes to it, unless a test has somebody. */
  door: Door = { letIn: async () => {}, shutOut: async () => {} }
  /** The platform is out: no connector comes in, whatever it shows. */
  admitsNobody = false
  #count = 0

  constructor(journal: Journal, creator = 'user-creator') {
    this.journal = journal
    this.creator = creator
  }

  newId(kind: RecordKind): string {
    this.#count += 1
    return `${kind}-${this.#count}`
  }

  /** A time later than all before. */
  now(): string {
    this.#count += 1
    return new Date(Date.UTC(2026, 0, 1) + this.#count * 1000).toISOString()
  }

  /**
   * Makes a call under the faults in store. Errors: `ProviderError` with the status, as the provider words it.
   */
  call<T>({ operation, body, id }: ApiCall, execute: () => T): T {
    for (let attempt = 0; ; attempt += 1) {
      const fault = this.faults.strike(operation)
      if (fault === '429' && body && attempt < RETRIES) continue
      if (fault === '429') throw failed(429, operation, 'Too Many Requests')
      if (fault === '403') throw failed(403, operation, 'Forbidden')
      if (fault === '500') throw failed(500, operation, 'Internal Server Error')
      const answer = execute()
      if (body) this.journal.add(operation, id)
      if (fault === 'lost-answer') throw failed(500, operation, 'the answer was lost')
      return answer
    }
  }

  /** The record. Errors: status 404 where there is none. */
  find(kind: RecordKind, id: string): StoredRecord {
    const record = this.records.of(kind).get(id)
    if (record === undefined) throw failed(404, `${kind} ${id}`, 'Not Found')
    return record
  }

  /** Whether a connector with this id and secret may come in: its credential is there, and so is its connector. */
  admits(clientId: string, clientSecret: string): boolean {
    if (this.admitsNobody) return false
    const credential = this.records.all('credential').find(({ attributes }) => attributes['client_id'] === clientId)
    return credential !== undefined && this.secrets.get(credential.id) === clientSecret
  }

  /** Deletes a record as somebody else may: it still answers, with the time of its end. */
  softDelete(kind: RecordKind, id: string): void {
    this.find(kind, id).deletedAt = this.now()
  }

  /** Records of a kind that are not deleted. */
  living(kind: RecordKind): readonly StoredRecord[] {
    return this.records.all(kind).filter((record) => record.deletedAt === undefined)
  }
}

const failed = (status: number, what: string, text: string): ProviderError =>
  new ProviderError(`unexpected response from API. Got an unexpected response code ${status}`, `${what}: ${text}`)
