import type { ResourceId } from '../../sdk/model/model.ts'
import type { SyncCounts } from '../../sdk/sync/store.ts'
import type { RawRow, RowChoice, Snapshot, SnapshotTable } from '../../sdk/snapshot/read/open-snapshot.ts'
import type { StoredSync } from '../../sdk/snapshot/tables/base-file.ts'
import { latestFinished, latestFinishedFull } from '../../sdk/snapshot/tables/latest-sync.ts'
import type { NameColumns } from '../names/name-table.ts'
import type { SyncTotals } from '../report/sync-totals.ts'
import type { BlockFile } from './block-file.ts'
import { DamagedBlocks } from './block-layout.ts'
import type { IndexFacts } from './index-facts.ts'
import {
  type ChildrenCell,
  type GrantCell,
  type GrantsOf,
  type GrantsOn,
  type HeldCell,
  KEYS,
  type OtherCells,
  type PrincipalCell,
  readJson,
  readRecord,
  type YoungCell,
} from './index-keys.ts'
import { readNameRecords } from './name-records.ts'

/** Raised where an index does not hold the answer. The caller then reads the file. */
export class NotInIndex extends Error {}

interface About {
  readonly syncs: readonly StoredSync[]
  readonly counts: Readonly<Record<string, SyncCounts>>
}

/** What an index knows besides the rows of its sync. Errors of all methods: as `indexedSnapshot`. */
export interface IndexExtras {
  /** As `nameTableSteps`. */
  names(): Generator<undefined, NameColumns>
  totals(): SyncTotals
  /** Resources that belong to one: how many, and keys of the first. */
  childrenOf(parent: ResourceId): ChildrenCell
  /** Rows of grants of an entitlement. */
  countOn(entitlementId: string): number
  /** Grants that some earlier full sync of the file does not hold. */
  young(): readonly YoungCell[]
}

export function indexExtras(blocks: BlockFile): IndexExtras {
  return {
    names: () => readNameRecords((key) => blocks.get(key, 'once') ?? missing('names')),
    totals: () => readJson(blocks.get(KEYS.totals) ?? missing('totals')) as SyncTotals,
    childrenOf(parent) {
      const record = blocks.get(KEYS.children(parent))
      return record ? (readJson(record) as ChildrenCell) : [0, []]
    },
    countOn(entitlementId) {
      const record = blocks.get(KEYS.grantsOn(entitlementId))
      if (record) return (readJson(record) as GrantsOn)[1].length
      return blocks.get(KEYS.crowded(KEYS.grantsOn(entitlementId))) ? notHere() : 0
    },
    young() {
      const record = blocks.get(KEYS.young)
      return record ? (readJson(record) as readonly YoungCell[]) : notHere()
    },
  }
}

/**
 * The sync of an index as if the whole file were open.
 *
 * Errors of all methods: `NotInIndex` for what it does not hold, also where a whole table would have to be read; `DamagedBlocks`.
 */
export function indexedSnapshot(blocks: BlockFile, { syncId: indexed }: IndexFacts): Snapshot {
  const { syncs, counts } = readJson(blocks.get(KEYS.about) ?? missing('about')) as About
  const rows = new Rows(blocks)
  const only = <T>(syncId: string, work: () => T): T => (syncId === indexed ? work() : notHere())
  return {
    syncs,
    latest: latestFinishedFull(syncs),
    shown: latestFinished(syncs),
    databasePath: '',
    rows: (table, syncId, choice = {}) => only(syncId, () => rows.of(table, choice)),
    counts: (syncId) => counts[syncId] ?? notHere(),
    counted: notHere,
    contradictions: notHere,
    changedRows: notHere,
    holders: notHere,
    grants: notHere,
    grantGroups: notHere,
    grantRow: notHere,
    close: () => blocks[Symbol.dispose](),
    [Symbol.dispose]: () => blocks[Symbol.dispose](),
  }
}

function notHere(): never {
  throw new NotInIndex('the index does not hold this')
}

/** A record that each index has. */
function missing(what: string): never {
  throw new DamagedBlocks(`the record ${what} is missing`)
}

class Rows {
  readonly #blocks: BlockFile

  constructor(blocks: BlockFile) {
    this.#blocks = blocks
  }

  of(table: SnapshotTable, choice: RowChoice): readonly RawRow[] {
    switch (table) {
      case 'v1_resource_types':
        return this.#types()
      case 'v1_resources':
        return this.#resources(choice)
      case 'v1_entitlements':
        return this.#entitlements(choice)
      case 'v1_grants':
        return this.#grants(choice)
    }
  }

  #types(): readonly RawRow[] {
    const types = readJson(this.#blocks.get(KEYS.types) ?? missing('types')) as readonly (readonly [string, string])[]
    return types.map(([id, data]) => ({ external_id: id, data: Buffer.from(data, 'hex') }))
  }

  #resources({ equal, mention, resourceTypes }: RowChoice): readonly RawRow[] {
    const key = equal?.['external_id']
    if (key !== undefined) return this.#resource(key)
    const keys =
      mention === undefined
        ? (resourceTypes ?? notHere()).flatMap((type) => this.#keys(KEYS.all(type)) ?? notHere())
        : (this.#keys(KEYS.named(mention)) ?? [])
    return keys
      .flatMap((each) => this.#resource(each))
      .filter((row) => resourceTypes === undefined || resourceTypes.includes(String(row['resource_type_id'])))
  }

  #resource(key: string): readonly RawRow[] {
    const record = this.#blocks.get(KEYS.resource(key))
    if (!record) return []
    const { columns, data } = readRecord(record)
    return [{ external_id: key, resource_type_id: columns[0] ?? '', data }]
  }

  #entitlements({ equal = {} }: RowChoice): readonly RawRow[] {
    const { external_id: own, resource_type_id: type, resource_id: id } = equal
    if (own !== undefined) return this.#entitlement(own)
    if (type === undefined || id === undefined) return notHere()
    return (this.#keys(KEYS.entitlementsOf({ type, id })) ?? []).flatMap((each) => this.#entitlement(each))
  }

  #entitlement(id: string): readonly RawRow[] {
    const record = this.#blocks.get(KEYS.entitlement(id))
    if (!record) return []
    const { columns, data } = readRecord(record)
    return [{ external_id: id, resource_type_id: columns[0] ?? '', resource_id: columns[1] ?? '', data }]
  }

  #grants({ equal = {}, mayExpand = false, resourceTypes }: RowChoice): readonly RawRow[] {
    if (resourceTypes || Object.keys(equal).some((name) => !GRANT_CHOICES.has(name))) return notHere()
    if (mayExpand) {
      const cells = readJson(this.#blocks.get(KEYS.expanding) ?? missing('expanding')) as readonly GrantCell[]
      return cells.map((cell) => grantRow(...cell))
    }
    const { entitlement_id: on, principal_resource_type_id: type, principal_resource_id: id } = equal
    if (type === undefined || id === undefined) return on === undefined ? notHere() : this.#grantsOn(on)
    const rows = this.#grantsOf({ type, id })
    return on === undefined ? rows : rows.filter((row) => row['entitlement_id'] === on)
  }

  #grantsOn(entitlementId: string): readonly RawRow[] {
    const record = this.#grantsAt(KEYS.grantsOn(entitlementId))
    if (!record) return []
    const [held, grants] = readJson(record) as GrantsOn
    return grants.map(([type, id, ...other]) => grantRow(held, [type, id], other))
  }

  #grantsOf(principal: ResourceId): readonly RawRow[] {
    const record = this.#grantsAt(KEYS.grantsOf(principal))
    if (!record) return []
    const [cell, grants] = readJson(record) as GrantsOf
    return grants.map(([entitlementId, type, id, ...other]) => grantRow([entitlementId, type, id], cell, other))
  }

  #grantsAt(key: string): Buffer | undefined {
    const record = this.#blocks.get(key)
    return record ?? (this.#blocks.get(KEYS.crowded(key)) ? notHere() : undefined)
  }

  #keys(key: string): readonly string[] | undefined {
    const record = this.#blocks.get(key)
    return record && (readJson(record) as readonly string[])
  }
}

const GRANT_CHOICES = new Set(['entitlement_id', 'principal_resource_type_id', 'principal_resource_id'])

const grantRow = (
  [entitlementId, type, resourceId]: HeldCell,
  [principalType, principalId]: PrincipalCell,
  [id, expansion = null, data = null]: OtherCells | readonly [],
): RawRow => ({
  external_id: id ?? `${entitlementId}:${principalType}:${principalId}`,
  entitlement_id: entitlementId,
  resource_type_id: type,
  resource_id: resourceId,
  principal_resource_type_id: principalType,
  principal_resource_id: principalId,
  expansion: expansion === null ? null : Buffer.from(expansion, 'hex'),
  data: data === null ? null : Buffer.from(data, 'hex'),
})
