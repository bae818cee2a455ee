import { decodeEntitlement } from '../../sdk/wire/rows/decode-entitlement.ts'
import { decodeGrantFacts } from '../../sdk/wire/rows/decode-grant.ts'
import { decodeResource } from '../../sdk/wire/rows/decode-resource.ts'
import { decodeResourceType } from '../../sdk/wire/rows/decode-resource-type.ts'
import type { StoredResourceType } from '../../sdk/wire/rows/stored.ts'
import type { RawRow, RowChoice, Snapshot, SnapshotTable } from '../../sdk/snapshot/read/open-snapshot.ts'
import type { StoredSync } from '../../sdk/snapshot/tables/base-file.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import type { GrantRow } from '../model/grant-row.ts'
import { keyOf, missingThing, type Thing, thingOf } from '../model/thing.ts'
import { GRANT_ENDS, grantId } from '../../sdk/snapshot/read/grant-batches.ts'
import { decodedRow } from '../../sdk/snapshot/read/decoded-row.ts'

/** Something that can be held on a resource. */
export interface EntitlementRow {
  readonly id: string
  readonly resource: ResourceId
  /** The slug; the end of the id where there is none. */
  readonly slug: string
  readonly name: string
  readonly description: string
  readonly purpose: string
  readonly grantableTo: readonly string[]
}

const GRANT_COLUMNS = ['external_id', ...GRANT_ENDS, 'expansion', 'data']

/** One finished sync of an open file, row by row in the words of people. Errors of all methods: `data-loss` for a damaged row. */
export class SyncView {
  readonly file: string
  readonly snapshot: Snapshot
  readonly sync: StoredSync
  readonly types: ReadonlyMap<string, StoredResourceType>
  readonly #things = new Map<string, Thing>()
  readonly #entitlements = new Map<string, EntitlementRow | undefined>()

  constructor(file: string, snapshot: Snapshot, sync: StoredSync) {
    this.file = file
    this.snapshot = snapshot
    this.sync = sync
    this.types = new Map(
      Array.from(this.#rows('v1_resource_types'), (row) => {
        const id = text(row, 'external_id')
        return [id, this.#decoded(`the type ${id}`, () => decodeResourceType(blob(row)))]
      }),
    )
  }

  /**
   * Resources in the order of their rows, of all types or of these. With `mention` only those that may have this text in a name, an id or an address,
   * in whatever case; some of them do not.
   */
  *things(types?: readonly string[], mention?: string): Generator<Thing> {
    if (types?.length === 0) return
    const choice = { ...(types && { resourceTypes: types }), ...(mention !== undefined && { mention }) }
    for (const row of this.#rows('v1_resources', choice)) yield this.thingIn(row)
  }

  /** Resources whose messages hold exactly this text somewhere, in the order of their rows. */
  *thingsHolding(holds: string): Generator<Thing> {
    for (const row of this.#rows('v1_resources', { holds })) yield this.thingIn(row)
  }

  /** The resource of an id; `undefined` where the file does not hold it. */
  find(id: ResourceId): Thing | undefined {
    const key = keyOf(id)
    const found = this.#things.get(key)
    if (found) return found
    const [row] = this.#rows('v1_resources', { equal: { external_id: key } })
    if (!row) return undefined
    const thing = this.thingIn(row)
    this.#things.set(key, thing)
    return thing
  }

  /** As `find`, with a stand-in that bears the id as its name. */
  thing(id: ResourceId): Thing {
    return this.find(id) ?? missingThing(id, this.types.get(id.type))
  }

  /** Entitlements in the order of their rows, of all resources or of one. */
  *entitlements(resource?: ResourceId): Generator<EntitlementRow> {
    const choice = resource && { equal: { resource_type_id: resource.type, resource_id: resource.id } }
    for (const row of this.#rows('v1_entitlements', choice)) yield this.entitlementIn(row)
  }

  entitlement(id: string): EntitlementRow | undefined {
    if (!this.#entitlements.has(id)) {
      const [row] = this.#rows('v1_entitlements', { equal: { external_id: id } })
      this.#entitlements.set(id, row && this.entitlementIn(row))
    }
    return this.#entitlements.get(id)
  }

  /** Grants in the order of their rows: all, or those that the choice names. */
  grants(choice?: Pick<RowChoice, 'equal' | 'mayExpand' | 'resourceTypes'>): Generator<GrantRow> {
    return choice ? this.#chosenGrants(choice) : this.#allGrants()
  }

  *#chosenGrants(choice: RowChoice): Generator<GrantRow> {
    for (const row of this.#rows('v1_grants', { ...choice, columns: GRANT_COLUMNS })) yield this.grantIn(row)
  }

  grantsOf(principal: ResourceId): Generator<GrantRow> {
    return this.grants({
      equal: { principal_resource_type_id: principal.type, principal_resource_id: principal.id },
    })
  }

  grantsOn(entitlementId: string): Generator<GrantRow> {
    return this.grants({ equal: { entitlement_id: entitlementId } })
  }

  /** What a principal holds of one entitlement. */
  grantsFor(entitlementId: string, principal: ResourceId): Generator<GrantRow> {
    return this.grants({
      equal: {
        entitlement_id: entitlementId,
        principal_resource_type_id: principal.type,
        principal_resource_id: principal.id,
      },
    })
  }

  /** Ids of the types that have a trait of people's words. */
  typesWhere(is: (type: StoredResourceType) => boolean): readonly string[] {
    return [...this.types.values()].filter(is).map(({ id }) => id)
  }

  /** A row of `v1_resources`. */
  thingIn(row: RawRow): Thing {
    const key = text(row, 'external_id')
    const type = text(row, 'resource_type_id')
    const id = { type, id: key.startsWith(`${type}:`) ? key.slice(type.length + 1) : key }
    return this.#decoded(key, () => {
      const resource = decodeResource(blob(row))
      return thingOf(resource.id ?? id, resource, this.types.get(type))
    })
  }

  /** A row of `v1_entitlements`. */
  entitlementIn(row: RawRow): EntitlementRow {
    const id = text(row, 'external_id')
    return this.#decoded(`the entitlement ${id}`, () => {
      const { slug, displayName, description, purpose = '', grantableTo } = decodeEntitlement(blob(row))
      return {
        id,
        resource: { type: text(row, 'resource_type_id'), id: text(row, 'resource_id') },
        slug: slug === '' ? id.slice(id.lastIndexOf(':') + 1) : slug,
        name: displayName,
        description,
        purpose,
        grantableTo: grantableTo.map((type) => type.id),
      }
    })
  }

  /** A row of `v1_grants`. */
  grantIn(row: RawRow): GrantRow {
    const id = text(row, 'external_id')
    const { expansion } = row
    return this.#decoded(`the grant ${id}`, () => ({
      id,
      entitlementId: text(row, 'entitlement_id'),
      resource: { type: text(row, 'resource_type_id'), id: text(row, 'resource_id') },
      principal: { type: text(row, 'principal_resource_type_id'), id: text(row, 'principal_resource_id') },
      ...decodeGrantFacts(blob(row)),
      expansion: expansion instanceof Uint8Array && expansion.length > 0 ? expansion : undefined,
    }))
  }

  *#allGrants(): Generator<GrantRow> {
    for (const batch of this.snapshot.grants(this.sync.syncId))
      for (const cells of batch)
        yield cells.isPlain
          ? {
              id: grantId(cells),
              entitlementId: cells.entitlementId,
              resource: { type: cells.resourceType, id: cells.resourceId },
              principal: { type: cells.principalType, id: cells.principalId },
              sources: NO_SOURCES,
              annotations: NO_ANNOTATIONS,
              expansion: undefined,
            }
          : this.grantAt(cells.rowId)
  }

  /** The grant of a row of which `Snapshot.grants` says that it is plain; its id is read when it is asked for. */
  plainGrant(
    rowId: number,
    { entitlementId, resource }: Pick<GrantRow, 'entitlementId' | 'resource'>,
    principal: ResourceId,
  ): GrantRow {
    const idOf = (): string => this.grantAt(rowId).id
    return {
      get id() {
        return idOf()
      },
      ...{ entitlementId, resource, principal },
      ...{ sources: NO_SOURCES, annotations: NO_ANNOTATIONS, expansion: undefined },
    }
  }

  /** The grant of a row that `Snapshot.grants` names. */
  grantAt(rowId: number): GrantRow {
    return this.grantIn(this.snapshot.grantRow(rowId))
  }

  #rows(table: SnapshotTable, choice: RowChoice = {}): Iterable<RawRow> {
    return this.snapshot.rows(table, this.sync.syncId, choice)
  }

  #decoded<T>(row: string, work: () => T): T {
    return decodedRow(`read ${this.file}`, `the row of ${row}`, work)
  }
}

const NO_BYTES = new Uint8Array()
const NO_SOURCES: GrantRow['sources'] = new Map()
const NO_ANNOTATIONS: GrantRow['annotations'] = []

/** Files may hold a number in a column of texts. */
function text(row: RawRow, column: string): string {
  const value = row[column]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

/** The message of a row. A column without bytes is an empty message. */
const blob = ({ data }: RawRow): Uint8Array => (data instanceof Uint8Array ? data : NO_BYTES)
