import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Change } from '../../../readers/diff/change.ts'
import { compareSyncs } from '../../../readers/diff/compare-syncs.ts'
import type { Ref } from '../answers.ts'
import type { ChangeRow, Changes } from '../answers-work.ts'
import { idOf, type OpenSync } from '../open-sync.ts'
import { refOf } from '../ref-of.ts'
import type { PageOf } from './held.ts'

export interface ChangesPage extends PageOf {
  readonly change: Change['change'] | undefined
  readonly only: 'admins' | undefined
  /** Tags of the crown jewels. */
  readonly jewels: readonly string[]
}

/**
 * What differs between two syncs: that which touches crown jewels first, then administrators, then what lets somebody do more, then the rest.
 */
export function changesPage(
  before: OpenSync,
  after: OpenSync,
  { q, change, only, jewels, offset, limit }: ChangesPage,
): Changes {
  if (before.info.id === after.info.id && before.file.path === after.file.path)
    throw new ConnectorError('invalid-argument', 'compare', 'a sync does not differ from itself; choose an older one')
  const all = after.kept(`changes ${before.file.path} ${before.info.id}`, () =>
    compareSyncs(before.view, after.view, jewels).toSorted((a, b) => weight(a) - weight(b)),
  )
  const words = (q ?? '').toLowerCase().split(/\s+/)
  const wanted = all.filter(
    (each) => (only === undefined || each.admin) && words.every((word) => textOf(each).includes(word)),
  )
  const fitting = wanted.filter((each) => change === undefined || each.change === change)
  const count = (kind: Change['change']): number => wanted.filter((each) => each.change === kind).length
  return {
    ...{ sync: after.info, before: before.info, total: fitting.length, offset },
    counts: { added: count('added'), removed: count('removed'), changed: count('changed'), expired: count('expired') },
    rows: fitting.slice(offset, offset + limit).map((each) => rowOf(each, before, after)),
  }
}

const weight = ({ jewel, admin, newAccess }: Change): number => (jewel ? 0 : admin ? 1 : newAccess ? 2 : 3)

const textOf = ({ name, email, resource, field }: Change): string =>
  `${name} ${email ?? ''} ${resource ?? ''} ${field ?? ''}`.toLowerCase()

function rowOf(change: Change, before: OpenSync, after: OpenSync): ChangeRow {
  const isGone = change.change === 'removed' || change.change === 'expired'
  const side = isGone ? before : after
  return {
    ...sidesOf(change, side),
    change: change.change,
    what: change.what,
    name: change.name,
    entitlement: change.entitlement,
    field: change.field,
    old: change.old,
    new: change.new,
    newAccess: change.newAccess,
    admin: change.admin,
    jewel: change.jewel,
    at: isGone ? 'before' : 'after',
  }
}

function sidesOf(
  { what, id, type }: Change,
  open: OpenSync,
): { readonly subject: Ref | null; readonly on: Ref | null } {
  const { view, database } = open
  if (what === 'grant') {
    const row = database
      .prepare('select * from v1_grants where external_id = ? and sync_id = ?')
      .get(id, view.sync.syncId)
    const grant = row && view.grantIn(row)
    return { subject: grant ? open.ref(grant.principal) : null, on: grant ? open.ref(grant.resource) : null }
  }
  if (what === 'entitlement') {
    const entitlement = view.entitlement(id)
    return { subject: entitlement ? open.ref(entitlement.resource) : null, on: null }
  }
  const thing = type === null ? undefined : view.find(idOf(`${type}:${id}`))
  return { subject: thing ? refOf(thing) : null, on: null }
}
