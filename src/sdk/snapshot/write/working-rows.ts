import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { encodeEntitlement } from '../../wire/rows/entitlement.ts'
import { encodeExpandable, encodeGrantAnnotations, encodeGrantedEntitlement } from '../../wire/rows/grant.ts'
import { leadingFields } from '../../wire/rows/leading-fields.ts'
import { encodePrincipal, encodeResource } from '../../wire/rows/resource.ts'
import { encodeResourceType } from '../../wire/rows/resource-type.ts'
import type { Entitlement, Grant, Immutable, Resource, ResourceId, ResourceType } from '../../model/model.ts'
import type { HolderCount } from '../../contract/syncer.ts'
import type { GrantLog } from './grant-log.ts'
import { resourceKey } from '../../model/ids.ts'

/** Entitlement ids remembered between writes; beyond it all are looked up again. */
const REMEMBERED = 65_536

/** Fields of an encoded resource type that an entitlement repeats: id, display name, traits. */
const LAST_REFERENCE_FIELD = 3

const NO_ANNOTATION = 0

const NO_BYTES = new Uint8Array()

/** Puts rows into the working database. The caller holds the transaction and calls `flush` before it ends. */
export class WorkingRows {
  readonly #sql
  readonly #types = new Map<string, Uint8Array>()
  readonly #entitlements = new Map<string, number>()
  readonly #principals = new Map<string, number>()
  #annotations = new WeakMap<Immutable, number>()
  readonly #grants
  #lastPrincipal: ResourceId | undefined
  #lastPrincipalRow = 0

  constructor(database: DatabaseSync, grants: GrantLog) {
    this.#grants = grants
    this.#sql = prepareRows(database)
    for (const { external_id: id, data } of this.#sql.types.all())
      if (typeof id === 'string' && data instanceof Uint8Array)
        this.#types.set(id, leadingFields(data, LAST_REFERENCE_FIELD))
  }

  putType(type: ResourceType, seen: string): void {
    const data = encodeResourceType(type)
    this.#sql.type.run(type.id, data, seen)
    this.#types.set(type.id, leadingFields(data, LAST_REFERENCE_FIELD))
  }

  putResource(resource: Resource, seen: string): void {
    const { id, parent } = resource
    const key = resourceKey(id)
    const data = encodeResource(resource)
    const row = [key, id.type, id.id, parent?.type ?? null, parent?.id ?? null, encodePrincipal(id), data]
    const { insertResource, replaceResource, findResource } = this.#sql
    const inserted = insertNew(insertResource, [...row, seen])
    if (inserted === undefined) replaceResource.run(...row)
    this.#principals.set(key, inserted ?? findRow(findResource, key))
  }

  putEntitlement(entitlement: Entitlement, seen: string): void {
    const { id, resource } = entitlement
    const data = encodeEntitlement(entitlement, this.#types)
    const row = [id, resource.type, resource.id, encodeGrantedEntitlement(id, resource), data]
    const { insertEntitlement, replaceEntitlement, findEntitlement } = this.#sql
    const inserted = insertNew(insertEntitlement, [...row, seen])
    if (inserted === undefined) replaceEntitlement.run(...row)
    this.#remember(id, inserted ?? findRow(findEntitlement, id))
  }

  putHolderCount({ entitlementId, resource, count }: HolderCount): void {
    this.#sql.holderCount.run(entitlementId, resource.type, resource.id, count)
  }

  putGrant(grant: Grant, seen: string): void {
    this.#grants.add(this.#principal(grant.principal, seen), this.#entitlement(grant, seen), this.#annotationOf(grant))
  }

  /** Stores the gathered grants and forgets the principals, which rarely come back in a later write. */
  flush(): void {
    this.#grants.flush()
    this.#principals.clear()
    this.#lastPrincipal = undefined
  }

  /** Forgets all row numbers, because rows were taken out or the transaction was undone. */
  forget(): void {
    this.#grants.forget()
    this.#principals.clear()
    this.#lastPrincipal = undefined
    this.#entitlements.clear()
    this.#annotations = new WeakMap()
  }

  #principal(id: ResourceId, seen: string): number {
    if (id === this.#lastPrincipal) return this.#lastPrincipalRow
    const key = resourceKey(id)
    let row = this.#principals.get(key)
    if (row === undefined) {
      const { insertResource, findResource } = this.#sql
      const stub = [key, id.type, id.id, null, null, encodePrincipal(id), null, seen]
      row = insertNew(insertResource, stub) ?? findRow(findResource, key)
      this.#principals.set(key, row)
    }
    this.#lastPrincipal = id
    this.#lastPrincipalRow = row
    return row
  }

  #entitlement({ entitlementId: id, resource }: Grant, seen: string): number {
    const known = this.#entitlements.get(id)
    if (known !== undefined) return known
    const { insertEntitlement, findEntitlement } = this.#sql
    const stub = [id, resource.type, resource.id, encodeGrantedEntitlement(id, resource), null, seen]
    const row = insertNew(insertEntitlement, stub) ?? findRow(findEntitlement, id)
    this.#remember(id, row)
    return row
  }

  #remember(entitlementId: string, row: number): void {
    if (this.#entitlements.size >= REMEMBERED) this.#entitlements.clear()
    this.#entitlements.set(entitlementId, row)
  }

  /** Reasons are shared by many grants, so that their row is found by the value itself. */
  #annotationOf(grant: Grant): number {
    const { immutable, expandable, metadata } = grant
    if (expandable || metadata) return this.#annotation(grant)
    if (!immutable) return NO_ANNOTATION
    const row = this.#annotations.get(immutable) ?? this.#annotation(grant)
    this.#annotations.set(immutable, row)
    return row
  }

  #annotation(grant: Grant): number {
    const { insertAnnotation, findAnnotation } = this.#sql
    const data = encodeGrantAnnotations(grant)
    const expansion = grant.expandable ? encodeExpandable(grant.expandable) : NO_BYTES
    return insertNew(insertAnnotation, [data, expansion]) ?? Number(findAnnotation.get(data, expansion)?.['id'])
  }
}

/** Row number of the new row; `undefined` where there is one with this key. */
function insertNew(statement: StatementSync, row: readonly SQLInputValue[]): number | undefined {
  const { changes, lastInsertRowid } = statement.run(...row)
  return changes === 0 ? undefined : Number(lastInsertRowid)
}

const findRow = (statement: StatementSync, key: SQLInputValue): number => Number(statement.get(key)?.['id'])

/**
 * The statements that put rows into a working database.
 *
 * Shape: `insert…` leaves a row that is there alone and says so by changing nothing; `replace…` then changes all but its number and the time
 * it was first seen.
 * Why: an upsert that returns the row's number takes three times as long.
 */
const prepareRows = (database: DatabaseSync) => ({
  types: database.prepare('select external_id, data from resource_type'),
  type: database.prepare(`insert into resource_type (external_id, data, discovered_at) values (?, ?, ?)
    on conflict (external_id) do update set data = excluded.data`),
  insertResource: database.prepare(`insert into resource
      (external_id, type, own_id, parent_type, parent_id, principal, data, discovered_at) values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict do nothing`),
  replaceResource:
    database.prepare(`update resource set type = ?2, own_id = ?3, parent_type = ?4, parent_id = ?5, principal = ?6,
    data = ?7 where external_id = ?1`),
  findResource: database.prepare('select id from resource where external_id = ?'),
  insertEntitlement: database.prepare(`insert into entitlement (external_id, type, own_id, granted, data, discovered_at)
    values (?, ?, ?, ?, ?, ?) on conflict do nothing`),
  replaceEntitlement: database.prepare(
    'update entitlement set type = ?2, own_id = ?3, granted = ?4, data = ?5 where external_id = ?1',
  ),
  findEntitlement: database.prepare('select id from entitlement where external_id = ?'),
  insertAnnotation: database.prepare('insert into annotation (data, expansion) values (?, ?) on conflict do nothing'),
  findAnnotation: database.prepare('select id from annotation where data = ? and expansion = ?'),
  holderCount: database.prepare(`insert into holder_count (external_id, type, own_id, count) values (?, ?, ?, ?)
    on conflict (external_id) do update set type = excluded.type, own_id = excluded.own_id, count = excluded.count`),
})
