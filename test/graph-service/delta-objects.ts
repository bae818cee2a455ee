import type { Directory, DirectoryObject, Event } from './directory.ts'

/** How the service writes what it tells. Real ones do all of this. */
export interface Habits {
  /** Members of a group in one object; a larger group comes as several. @default 3 */
  readonly memberSlice: number
  /** An object that changed comes with all its properties, or with those that changed. @default whole */
  readonly updates: 'whole' | 'changed-only'
  /** An object out of the recycle bin comes as a new one, with all its members, or as one that did not change. @default as-new */
  readonly restores: 'as-new' | 'bare'
  /** Ids of members and principals are written in capitals. @default false */
  readonly capitals: boolean
  /** The first object of every page comes once more at the end of the page after it. @default false */
  readonly repeats: boolean
  /** Every second page has no objects. @default false */
  readonly emptyPages: boolean
}

export type Json = Readonly<Record<string, unknown>>

const select = (object: DirectoryObject, names: readonly string[]): Json =>
  Object.fromEntries(
    Object.entries(object.properties).filter(([name, value]) => names.includes(name) && value !== undefined),
  )

/** An object as the service writes it. */
export const represent = (object: DirectoryObject, names: readonly string[]): Json => ({
  ...select(object, names),
  id: object.id,
})

function memberOf(directory: Directory, id: string, habits: Habits, present = true): Json {
  const kind = directory.objects.get(id)?.kind ?? 'user'
  return {
    '@odata.type': `#microsoft.graph.${kind}`,
    id: habits.capitals ? id.toUpperCase() : id,
    ...(!present && { '@removed': { reason: 'deleted' } }),
  }
}

function slices<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))
}

/** What a first delta query tells: all that is there, slices of large groups last and in turn. */
export function initialObjects(
  directory: Directory,
  kind: 'user' | 'group',
  names: readonly string[],
  habits: Habits,
): Json[] {
  const first: Json[] = []
  const more: Json[] = []
  for (const object of directory.objects.values()) {
    if (object.kind !== kind || object.state !== 'live') continue
    const members = [...(directory.members.get(object.id) ?? [])].map((id) => memberOf(directory, id, habits))
    const [head = [], ...rest] = names.includes('members') ? slices(members, habits.memberSlice) : []
    first.push({ ...represent(object, names), ...(head.length > 0 && { 'members@delta': head }) })
    more.push(...rest.map((slice) => ({ id: object.id, 'members@delta': slice })))
  }
  return [...first, ...more]
}

/** What a delta query tells of the events since: each object once, as it is now, and members that came and went. */
export function changedObjects(
  directory: Directory,
  kind: 'user' | 'group',
  since: number,
  names: readonly string[],
  habits: Habits,
): Json[] {
  const byId = Map.groupBy(
    directory.events.filter((event) => event.seq > since && event.kind === kind),
    ({ id }) => id,
  )
  return [...byId].flatMap(([id, events]) => {
    const object = directory.objects.get(id)
    return object ? changedObject(directory, object, events, names, habits) : []
  })
}

function changedObject(
  directory: Directory,
  object: DirectoryObject,
  events: readonly Event[],
  names: readonly string[],
  habits: Habits,
): Json[] {
  const { id } = object
  if (object.state !== 'live')
    return [{ id, '@removed': { reason: object.state === 'purged' ? 'deleted' : 'changed' } }]
  const changed = events.flatMap((event) => event.changed)
  const isNew = events.some(({ restored }) => restored === true) && habits.restores === 'as-new'
  const told = habits.updates === 'whole' || isNew ? names : names.filter((name) => changed.includes(name))
  const members = new Map(events.flatMap(({ member }) => (member ? [[member.id, member.present] as const] : [])))
  if (isNew) for (const member of directory.members.get(id) ?? []) members.set(member, true)
  const changes = [...members].map(([member, present]) => memberOf(directory, member, habits, present))
  const [head = [], ...rest] = names.includes('members') ? slices(changes, habits.memberSlice) : []
  return [
    { ...represent(object, told), ...(head.length > 0 && { 'members@delta': head }) },
    ...rest.map((slice) => ({ id, 'members@delta': slice })),
  ]
}
