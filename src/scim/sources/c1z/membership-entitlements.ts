import { decodeEntitlement } from '../../../sdk/wire/rows/decode-entitlement.ts'
import type { Snapshot } from '../../../sdk/snapshot/read/open-snapshot.ts'
import { decodedRow } from '../../../sdk/snapshot/read/decoded-row.ts'
import type { Principals } from './principals.ts'
import { blobOf } from './row-blob.ts'

const MEMBER = 'member'

/** Entitlements of groups, by their ids. */
export interface GroupEntitlements {
  /** To the key of the group that each makes a member of. */
  readonly groups: ReadonlyMap<string, string>
  /** What groups give besides membership. */
  readonly otherIds: ReadonlySet<string>
  /** The slugs of those, for a note. */
  readonly others: ReadonlySet<string>
}

interface Found {
  readonly id: string
  readonly slug: string
  readonly assigns: boolean
  readonly group: string | undefined
}

/**
 * Finds the entitlements that make a member of a group: those of the `slugs`, where some are given. Else the one with the slug `member`, and in a group
 * without one those with the purpose assignment.
 *
 * Errors: `data-loss` for a damaged row.
 * Why: connectors give owners the purpose assignment, too, and an owner need not be a member.
 */
export function groupEntitlements(
  snapshot: Snapshot,
  syncId: string,
  groupTypes: readonly string[],
  choice: { readonly principals: Principals; readonly slugs: readonly string[] | undefined; readonly file: string },
): GroupEntitlements {
  const found = readAll(snapshot, syncId, groupTypes, choice)
  const named = new Set(found.filter(({ slug }) => slug === MEMBER).map(({ group }) => group))
  const isMembership = ({ slug, assigns, group }: Found): boolean => {
    if (choice.slugs) return choice.slugs.includes(slug)
    return slug === MEMBER || (assigns && !named.has(group))
  }
  const groups = new Map<string, string>()
  const otherIds = new Set<string>()
  const others = new Set<string>()
  for (const each of found) {
    if (!isMembership(each)) {
      otherIds.add(each.id)
      others.add(each.slug === '' ? each.id : each.slug)
    } else if (each.group !== undefined) groups.set(each.id, each.group)
  }
  return { groups, otherIds, others }
}

function readAll(
  snapshot: Snapshot,
  syncId: string,
  groupTypes: readonly string[],
  { principals, file }: { readonly principals: Principals; readonly file: string },
): readonly Found[] {
  const found: Found[] = []
  for (const row of snapshot.rows('v1_entitlements', syncId, { resourceTypes: groupTypes })) {
    const id = String(row['external_id'])
    const { slug, purpose } = decodedRow(`read ${file}`, `the row of ${id}`, () => decodeEntitlement(blobOf(row)))
    const group = principals.keyOf(String(row['resource_type_id']), String(row['resource_id']))
    found.push({ id, slug, assigns: purpose === 'assignment', group })
  }
  return found
}
