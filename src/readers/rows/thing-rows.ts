import type { SyncView } from '../file/sync-view.ts'
import { tagsOf } from '../model/tags.ts'
import { keyOf, type Thing } from '../model/thing.ts'
import type { Shape } from '../output/columns.ts'
import { type Row, textCell, timeCell } from '../output/row.ts'

const FACTS = ['description', 'createdAt', 'parent', 'tags', 'profile'] as const
const MAPS = ['tags', 'profile'] as const

export const USERS: Shape = {
  fields: [
    'name',
    'email',
    'status',
    'statusDetails',
    'login',
    'accountType',
    'mfa',
    'lastLoginAt',
    ...FACTS,
    'type',
    'id',
  ],
  narrow: ['name', 'email', 'status', 'id'],
  maps: MAPS,
}

export const GROUPS: Shape = {
  fields: ['name', 'status', 'statusDetails', 'members', ...FACTS, 'type', 'id'],
  narrow: ['name', 'status', 'members', 'id'],
  maps: MAPS,
}

export const RESOURCES: Shape = {
  fields: ['name', 'type', 'status', 'statusDetails', 'email', ...FACTS, 'id'],
  narrow: ['name', 'type', 'status', 'id'],
  maps: MAPS,
}

/** Everything that can be said of one resource of any kind. */
export const thingRow = (thing: Thing): Row => ({
  name: thing.name,
  email: textCell(thing.email),
  status: textCell(thing.status),
  statusDetails: textCell(thing.statusDetails),
  login: textCell(thing.login),
  accountType: textCell(thing.accountType),
  mfa: thing.mfa ?? null,
  lastLoginAt: timeCell(thing.lastLoginAt),
  description: textCell(thing.description),
  createdAt: timeCell(thing.createdAt),
  parent: thing.parent ? keyOf(thing.parent) : null,
  tags: Object.fromEntries(tagsOf(thing.profile)),
  profile: thing.profile,
  type: thing.id.type,
  id: thing.id.id,
})

/** What some kinds of resources say besides: a secret when it is over, a device what it is. */
export function kindCells({ expiresAt, device }: Thing): Row {
  if (!device) return { expiresAt: timeCell(expiresAt), device: null }
  const { os, ...own } = device
  return { expiresAt: timeCell(expiresAt), device: { ...known(own), ...(os && { os: known(os) }) } }
}

const known = (cells: Row): Row => Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell !== ''))

/** Rows of resources with the fields of a shape. `more` adds what is not known of a resource by itself. */
export function* thingRows(things: Iterable<Thing>, shape: Shape, more?: (thing: Thing) => Row): Generator<Row> {
  for (const thing of things) {
    const all: Row = { ...thingRow(thing), ...more?.(thing) }
    yield Object.fromEntries(shape.fields.map((field) => [field, all[field] ?? null]))
  }
}

/** Holders of each resource of the types, by its key: those of `member`; without such, of the entitlement that has most holders. */
export function countMembers(view: SyncView, types: readonly string[]): ReadonlyMap<string, number> {
  const holders = new Map<string, number>()
  if (types.length > 0)
    for (const batch of view.snapshot.holders(view.sync.syncId, types))
      for (const { entitlementId, direct, inherited } of batch)
        holders.set(entitlementId, (holders.get(entitlementId) ?? 0) + direct.length + inherited.length)
  const counts = new Map<string, { readonly isMember: boolean; readonly count: number }>()
  for (const { id, resource, slug } of view.entitlements()) {
    const key = keyOf(resource)
    const found = { isMember: slug === 'member', count: holders.get(id) ?? 0 }
    const before = counts.get(key)
    const isBetter = !before || (found.isMember === before.isMember ? found.count > before.count : found.isMember)
    if (isBetter) counts.set(key, found)
  }
  return new Map([...counts].map(([key, { count }]) => [key, count]))
}
