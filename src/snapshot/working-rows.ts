import type { DatabaseSync } from 'node:sqlite'

import { encodeEntitlement } from '../codec/entitlement.ts'
import { encodeGrantAnnotations, encodeGrantedEntitlement } from '../codec/grant.ts'
import { leadingFields } from '../codec/leading-fields.ts'
import { encodePrincipal, encodeResource } from '../codec/resource.ts'
import { encodeResourceType } from '../codec/resource-type.ts'
import type { Entitlement, Grant, Immutable, Resource, ResourceId, ResourceType } from '../sdk/model.ts'
import type { HolderCount } from '../sdk/syncer.ts'
import { resourceKey } from './resource-key.ts'
import { BATCH, prepareRows } from './working-statements.ts'

/** Entitlement ids remembered between writes; beyond it all are looked up again. */
const REMEMBERED = 65_536

/** Fields of an encoded resource type that an entitlement repeats: id, display name, traits. */
const LAST_REFERENCE_FIELD = 3

const NO_ANNOTATION = 0

/**
 * Puts rows into the working database. The caller holds the transaction and calls `flush` before it ends.
 *
 * Why: grants are gathered and stored many at a time, because the way from JavaScript into SQLite costs more than the row itself.
 */
export class WorkingRows {
  readonly #sql
  readonly #types = new Map<string, Uint8Array>()
  readonly #entitlements = new Map<string, number>()
  readonly #principals = new Map<string, number>()
  #annotations = new WeakMap<Immutable, number>()
  #grants: number[] = []
  #lastPrincipal: ResourceId | undefined
  #lastPrincipalRow = 0

  constructor(database: DatabaseSync) {
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
    const row = this.#sql.resource.get(
      key,
      id.type,
      id.id,
      parent?.type ?? null,
      parent?.id ?? null,
      encodePrincipal(id),
      seen,
      encodeResource(resource),
    )
    this.#principals.set(key, rowId(row))
  }

  putEntitlement(entitlement: Entitlement, seen: string): void {
    const { id, resource } = entitlement
    const granted = encodeGrantedEntitlement(id, resource)
    const data = encodeEntitlement(entitlement, this.#types)
    this.#remember(id, rowId(this.#sql.entitlement.get(id, resource.type, resource.id, granted, seen, data)))
  }

  putHolderCount({ entitlementId, resource, count }: HolderCount): void {
    this.#sql.holderCount.run(entitlementId, resource.type, resource.id, count)
  }

  putGrant(grant: Grant, seen: string): void {
    const annotation = grant.immutable ? this.#annotation(grant.immutable) : NO_ANNOTATION
    this.#grants.push(this.#principal(grant.principal, seen), this.#entitlement(grant, seen), annotation)
    if (this.#grants.length === BATCH * 3) {
      this.#sql.grants.run(...this.#grants)
      this.#grants.length = 0
    }
  }

  /** Stores the gathered grants and forgets the principals, which rarely come back in a later write. */
  flush(): void {
    for (let at = 0; at < this.#grants.length; at += 3) this.#sql.grant.run(...this.#grants.slice(at, at + 3))
    this.#grants.length = 0
    this.#principals.clear()
    this.#lastPrincipal = undefined
  }

  /** Forgets all row numbers, because rows were taken out or the transaction was undone. */
  forget(): void {
    this.#grants.length = 0
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
      row = rowId(
        this.#sql.findResource.get(key) ?? this.#sql.stubResource.get(key, id.type, id.id, encodePrincipal(id), seen),
      )
      this.#principals.set(key, row)
    }
    this.#lastPrincipal = id
    this.#lastPrincipalRow = row
    return row
  }

  #entitlement({ entitlementId: id, resource }: Grant, seen: string): number {
    const known = this.#entitlements.get(id)
    if (known !== undefined) return known
    const row = rowId(
      this.#sql.findEntitlement.get(id) ??
        this.#sql.stubEntitlement.get(id, resource.type, resource.id, encodeGrantedEntitlement(id, resource), seen),
    )
    this.#remember(id, row)
    return row
  }

  #remember(entitlementId: string, row: number): void {
    if (this.#entitlements.size >= REMEMBERED) this.#entitlements.clear()
    this.#entitlements.set(entitlementId, row)
  }

  #annotation(immutable: Immutable): number {
    const known = this.#annotations.get(immutable)
    if (known !== undefined) return known
    const row = rowId(this.#sql.annotation.get(encodeGrantAnnotations(immutable)))
    this.#annotations.set(immutable, row)
    return row
  }
}

function rowId(row: Record<string, unknown> | undefined): number {
  return Number(row?.['id'])
}
