import type { ResourceId } from '../../sdk/model/model.ts'
import { decodeExpandable, grantMetadataOf, type StoredExpandable } from '../../sdk/wire/rows/decode-annotations.ts'
import type { AnyMessage, StoredGrant } from '../../sdk/wire/rows/stored.ts'
import { END_KEYS, endIn } from './end-in.ts'

/** That a principal holds an entitlement, as one row of a snapshot says it. */
export interface GrantRow {
  readonly id: string
  readonly entitlementId: string
  /** What the entitlement is on. */
  readonly resource: ResourceId
  readonly principal: ResourceId
  readonly sources: StoredGrant['sources']
  readonly annotations: readonly AnyMessage[]
  /** Bytes of a `GrantExpandable` that stand in a column of their own. */
  readonly expansion: Uint8Array | undefined
}

/** That holders of other entitlements hold this grant's, too; `undefined` where none is named. Errors: as `WireReader`. */
export function expandableOf({
  expansion,
  annotations,
}: Pick<GrantRow, 'expansion' | 'annotations'>): StoredExpandable | undefined {
  const bytes = expansion ?? annotations.find(({ name }) => name === 'c1.connector.v2.GrantExpandable')?.value
  const found = bytes && decodeExpandable(bytes)
  return found?.entitlementIds.some((id) => id.trim() !== '') === true ? found : undefined
}

/** When a grant ends, where its connector says so. Errors: as `WireReader`. */
export function endOf(grant: Pick<GrantRow, 'annotations'>): Date | undefined {
  const metadata = grantMetadataOf(grant)
  return metadata && endIn(metadata)
}

/** What a connector says of a grant besides its end, as JSON; `''` for nothing. */
export function otherMetadataOf(grant: Pick<GrantRow, 'annotations'>): string {
  const others = Object.entries(grantMetadataOf(grant) ?? {}).filter(([key]) => !END_KEYS.includes(key))
  return others.length === 0 ? '' : JSON.stringify(Object.fromEntries(others))
}
