import { immutableOf } from '../../sdk/wire/rows/decode-annotations.ts'
import { isDirect } from '../../sdk/wire/rows/decode-grant.ts'
import { parseTimeText } from '../../sdk/snapshot/tables/time-text.ts'
import type { SyncView } from '../file/sync-view.ts'
import { endOf, expandableOf, type GrantRow, otherMetadataOf } from '../model/grant-row.ts'
import { keyOf, type Thing } from '../model/thing.ts'
import { cellText, type Row } from '../output/row.ts'
import { wordOrder } from '../output/word-order.ts'
import { kindCells, thingRow } from '../rows/thing-rows.ts'
import { Expansion } from '../access/expansion.ts'
import { type Admins, adminsOf } from './admins.ts'
import { type Change, NO_DETAILS } from './change.ts'
import { DEFAULT_JEWELS, type Jewels, jewelsOf } from './jewels.ts'

/**
 * What differs from one sync to a later one: resources with their facts and profile, entitlements, and grants. `jewels` are tags, `tier=0`.
 *
 * Shape: what touches crown jewels first, in either sync; then in the order of resources, entitlements, grants, each by name. Grants that follow from others are left out, in both: they follow from what
 * is told, and one of the files may not be expanded.
 * Errors: `data-loss` for a damaged row.
 */
export function compareSyncs(
  before: SyncView,
  after: SyncView,
  jewels: readonly string[] = DEFAULT_JEWELS,
): readonly Change[] {
  const weights = [weightsOf(before, jewels), weightsOf(after, jewels)]
  const comparison = new Comparison(before, after, weights)
  const changes = [...comparison.things(), ...comparison.entitlements(), ...comparison.grants()]
  return changes.sort((a, b) => Number(b.jewel) - Number(a.jewel))
}

/** What makes a change of one sync one to look at. */
interface Weights {
  readonly admins: Admins
  readonly jewels: Jewels
}

function weightsOf(view: SyncView, tags: readonly string[]): Weights {
  const expansion = new Expansion(view)
  return { admins: adminsOf(view, expansion), jewels: jewelsOf(view, tags, () => expansion) }
}

class Comparison {
  readonly #before: SyncView
  readonly #after: SyncView
  readonly #weights: readonly Weights[]
  readonly #endedAt: Date | undefined

  constructor(before: SyncView, after: SyncView, weights: readonly Weights[]) {
    this.#before = before
    this.#after = after
    this.#weights = weights
    this.#endedAt = parseTimeText(after.sync.endedAt ?? '')
  }

  things(): readonly Change[] {
    return this.#rows('v1_resources')
      .flatMap(({ before, after }) =>
        this.#thingChanges(before && this.#before.thingIn(before), after && this.#after.thingIn(after)),
      )
      .sort(byName)
  }

  #thingChanges(before: Thing | undefined, after: Thing | undefined): readonly Change[] {
    const thing = after ?? before
    if (!thing) return []
    const key = keyOf(thing.id)
    const base = {
      ...NO_DETAILS,
      what: thing.kind === 'other' ? thing.id.type : thing.kind,
      name: thing.name,
      email: thing.email === '' ? null : thing.email,
      admin: this.#weights.some(({ admins }) => admins.things.has(key)),
      jewel: this.#weights.some(({ jewels }) => jewels.things.has(key)),
      type: thing.id.type,
      id: thing.id.id,
    }
    if (!before) return [{ ...base, change: 'added' }]
    if (!after) return [{ ...base, change: 'removed' }]
    return fieldChanges(factsOf(before), factsOf(after)).map((found) => ({
      ...base,
      ...found,
      change: 'changed',
      newAccess: found.field === 'status' && isKeptOut(before) && !isKeptOut(after),
    }))
  }

  entitlements(): readonly Change[] {
    return this.#rows('v1_entitlements')
      .flatMap(({ before, after }): readonly Change[] => {
        const old = before && this.#before.entitlementIn(before)
        const now = after && this.#after.entitlementIn(after)
        const entitlement = now ?? old
        if (!entitlement) return []
        const { id, slug } = entitlement
        const on = (now ? this.#after : this.#before).thing(entitlement.resource)
        const base = {
          ...NO_DETAILS,
          what: 'entitlement',
          name: `${on.name} ${slug}`,
          resource: on.name,
          resourceType: on.id.type,
          entitlement: slug,
          admin: this.#weights.some(({ admins }) => admins.entitlements.has(id)),
          jewel: this.#weights.some(({ jewels }) => jewels.entitlements.has(id)),
          id,
        }
        if (!old) return [{ ...base, change: 'added' }]
        if (!now) return [{ ...base, change: 'removed' }]
        const facts = ({ name, description, purpose, grantableTo }: typeof now): Row => ({
          name,
          slug,
          description,
          purpose,
          grantableTo,
        })
        return fieldChanges(facts(old), { ...facts(now), slug: now.slug }).map((found) => ({
          ...base,
          ...found,
          change: 'changed',
        }))
      })
      .sort(byName)
  }

  grants(): readonly Change[] {
    const removed = new Map<string, GrantRow>()
    const added = new Map<string, GrantRow>()
    const kept: (readonly [before: GrantRow, after: GrantRow])[] = []
    for (const row of this.#rows('v1_grants')) {
      const before = row.before && given(this.#before.grantIn(row.before))
      const after = row.after && given(this.#after.grantIn(row.after))
      if (before && after) kept.push([before, after])
      else if (before) removed.set(pairOf(before), before)
      else if (after) added.set(pairOf(after), after)
    }
    // The same access under another id is no change of access.
    for (const [pair, after] of added) {
      const before = removed.get(pair)
      if (!before) continue
      kept.push([before, after])
      removed.delete(pair)
      added.delete(pair)
    }
    return [
      ...[...added.values()]
        .filter((grant) => !this.#isHeld(this.#before, grant))
        .map((grant) => this.#grantChange('added', grant, this.#after)),
      ...[...removed.values()]
        .filter((grant) => !this.#isHeld(this.#after, grant))
        .map((grant) => this.#grantChange(this.#isOver(grant) ? 'expired' : 'removed', grant, this.#before)),
      ...kept.flatMap(([before, after]) => this.#grantFieldChanges(before, after)),
    ].sort(byName)
  }

  /** Another grant of the same entitlement to the same principal. */
  #isHeld(view: SyncView, { entitlementId, principal }: GrantRow): boolean {
    return [...view.grantsFor(entitlementId, principal)].some((grant) => given(grant))
  }

  #isOver(grant: GrantRow): boolean {
    const end = endOf(grant)
    return end !== undefined && this.#endedAt !== undefined && end <= this.#endedAt
  }

  #grantFieldChanges(before: GrantRow, after: GrantRow): readonly Change[] {
    const base = this.#grantChange('changed', after, this.#after)
    return fieldChanges(grantFacts(before), grantFacts(after)).map((found) => ({
      ...base,
      ...found,
      newAccess: found.field === 'passesOn' || (found.field === 'until' && isLater(endOf(before), endOf(after))),
    }))
  }

  #grantChange(change: Change['change'], grant: GrantRow, view: SyncView): Change {
    const principal = view.thing(grant.principal)
    const on = view.thing(grant.resource)
    const { entitlementId } = grant
    const key = keyOf(grant.principal)
    const end = endOf(grant)?.toISOString() ?? null
    return {
      ...NO_DETAILS,
      change,
      what: 'grant',
      name: principal.name,
      email: principal.email === '' ? null : principal.email,
      resource: on.name,
      resourceType: on.id.type,
      entitlement: view.entitlement(entitlementId)?.slug ?? entitlementId.slice(entitlementId.lastIndexOf(':') + 1),
      ...(change === 'added' && end !== null && { field: 'until', new: end }),
      ...((change === 'removed' || change === 'expired') && end !== null && { field: 'until', old: end }),
      newAccess: change === 'added',
      admin: this.#weights.some(({ admins }) => admins.entitlements.has(entitlementId) || admins.things.has(key)),
      jewel: this.#weights.some(({ jewels }) => jewels.entitlements.has(entitlementId)),
      type: grant.principal.type,
      id: grant.id,
    }
  }

  #rows(table: 'v1_resources' | 'v1_entitlements' | 'v1_grants') {
    const before = { snapshot: this.#before.snapshot, syncId: this.#before.sync.syncId }
    return [...this.#after.snapshot.changedRows(table, before, this.#after.sync.syncId)]
  }
}

/** The grant as its connector gave it; `undefined` for one that follows from others. */
const given = (grant: GrantRow): GrantRow | undefined =>
  isDirect(grant.sources, grant.entitlementId) ? grant : undefined

const pairOf = ({ entitlementId, principal }: GrantRow): string => `${entitlementId}\0${keyOf(principal)}`

const isKeptOut = ({ status }: Thing): boolean => status === 'disabled' || status === 'deleted'

const isLater = (before: Date | undefined, after: Date | undefined): boolean =>
  before !== undefined && (after === undefined || after > before)

/** What is known of a resource, a field for each part of its profile. Tags are a part of it. */
function factsOf(thing: Thing): Row {
  const { profile, tags: _, id: __, type: ___, ...facts } = thingRow(thing)
  return {
    ...facts,
    ...kindCells(thing),
    ...Object.fromEntries(Object.entries(profile ?? {}).map(([key, value]) => [`profile.${key}`, value])),
  }
}

function grantFacts(grant: GrantRow): Row {
  const { annotations } = grant
  const expandable = expandableOf(grant)
  return {
    until: endOf(grant)?.toISOString() ?? null,
    passesOn: expandable
      ? [
          ...expandable.entitlementIds,
          ...(expandable.shallow ? ['direct holders only'] : []),
          ...expandable.resourceTypeIds.map((type) => `only ${type}`),
        ]
      : null,
    immutable: immutableOf({ annotations }, 'GrantImmutable') !== undefined,
    metadata: otherMetadataOf(grant),
  }
}

function fieldChanges(before: Row, after: Row): readonly Pick<Change, 'field' | 'old' | 'new'>[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((field) => {
    const [old, now] = [cellText(before[field]), cellText(after[field])]
    return old === now ? [] : [{ field, old: old === '' ? null : old, new: now === '' ? null : now }]
  })
}

const compareWords = wordOrder()
const ORDER = ['added', 'removed', 'expired', 'changed']

const byName = (a: Change, b: Change): number =>
  ORDER.indexOf(a.change) - ORDER.indexOf(b.change) ||
  compareWords(a.name, b.name) ||
  compareWords(a.resource ?? '', b.resource ?? '') ||
  compareWords(a.id, b.id)
