import type { ResourceId } from '../../sdk/model/model.ts'
import { Expansion } from '../access/expansion.ts'
import type { SyncView } from '../file/sync-view.ts'
import { keyOf, type Kind, kindOf } from '../model/thing.ts'
import type { Shape } from '../output/columns.ts'
import { type Row, textCell } from '../output/row.ts'
import { ACCESS, accessRows } from './access-rows.ts'

const PRINCIPAL = ['principal', 'email', 'status', 'kind', 'principalType', 'principalId'] as const

export const EXPORT: Shape = { fields: [...PRINCIPAL, ...ACCESS.fields], narrow: [...PRINCIPAL, ...ACCESS.narrow] }

interface Principal {
  readonly id: ResourceId
  readonly kind: Kind
  readonly name: string
  readonly email: string
}

/**
 * One row for each principal and entitlement that it holds, directly or by way of others; one row without an entitlement for a person who holds nothing.
 *
 * Shape: people first, by name, address and id, then other principals by type, name and id; what each holds by type, name and slug. The same file
 * always gives the same rows in the same order.
 */
export function* exportRows(view: SyncView): Generator<Row> {
  const expansion = new Expansion(view)
  for (const { id, kind, name, email } of principalsOf(view)) {
    const thing = view.thing(id)
    const own: Row = {
      principal: name,
      email: textCell(email),
      status: textCell(thing.status),
      kind: kind === 'other' ? id.type : kind,
      principalType: id.type,
      principalId: id.id,
    }
    const rows = accessRows(view, expansion, thing, expansion.ofPrincipal(id))
    for (const row of rows) yield { ...own, ...row }
    if (rows.length === 0) yield { ...own, ...NO_ACCESS }
  }
}

const NO_ACCESS: Row = Object.fromEntries(ACCESS.fields.map((field) => [field, null]))

/** All people, and whoever else holds something. */
function principalsOf(view: SyncView): readonly Principal[] {
  const holders = holderKeys(view)
  const people = new Set(view.typesWhere(({ traits }) => traits.includes('user')))
  const found = new Map<string, Principal>()
  for (const { id, kind, name, email } of view.things())
    if (people.has(id.type) || holders.has(keyOf(id))) found.set(keyOf(id), { id, kind, name, email })
  // Who is not in the file is told all the same.
  for (const [key, id] of holders)
    if (!found.has(key))
      found.set(key, { id, kind: kindOf(view.types.get(id.type)?.traits ?? []), name: id.id, email: '' })
  return [...found.values()].sort(inOrder)
}

function holderKeys(view: SyncView): ReadonlyMap<string, ResourceId> {
  const keys = new Map<string, ResourceId>()
  for (const batch of view.snapshot.holders(view.sync.syncId, [...view.types.keys()]))
    for (const { principalType, direct, inherited } of batch)
      for (const id of [...direct, ...inherited]) {
        const resource = { type: principalType, id }
        keys.set(keyOf(resource), resource)
      }
  return keys
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const inOrder = (a: Principal, b: Principal): number =>
  Number(a.kind !== 'user') - Number(b.kind !== 'user') ||
  (a.kind === 'user' ? 0 : compareText(a.id.type, b.id.type)) ||
  compareText(a.name, b.name) ||
  compareText(a.email, b.email) ||
  compareText(keyOf(a.id), keyOf(b.id))
