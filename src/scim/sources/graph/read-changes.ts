import type { Kind } from '../../model.ts'
import type { ChangeSink, SourceAssignment, SourceMember, SourceObject, SourceRemoval } from '../../source.ts'
import { objectOf, overlay, type Properties } from './attributes.ts'
import type { DeltaImage } from './delta-image.ts'
import { forEachFew } from '../for-each-few.ts'
import { fetchMembers, fetchObject, type FetchParts } from './fetch-objects.ts'

/** Properties that every object of its kind has. A change without one of them names only what changed. */
const ALWAYS: Readonly<Record<Kind, readonly string[]>> = {
  user: ['userPrincipalName', 'displayName', 'accountEnabled'],
  group: ['displayName', 'securityEnabled'],
}

/** Everything there is to give to the sink; nothing was given while a page could still fail. */
export class Emission {
  readonly users: SourceObject[] = []
  readonly groups: SourceObject[] = []
  readonly members: SourceMember[] = []
  readonly removed: SourceRemoval[] = []
  readonly notMembers: SourceMember[] = []
  /** Ids that are assigned or changed and were not there to read. */
  readonly missing: string[] = []

  add(kind: Kind, object: SourceObject): void {
    if (kind === 'user') this.users.push(object)
    else this.groups.push(object)
  }
}

type Stored = ChangeSink['stored']

/**
 * Turns what delta queries told into whole objects.
 *
 * A change may name only the properties that changed: they are laid over what is stored. An object that is not stored, or was gone for a while, and
 * does not come whole is read by its id, and of such a group the members: a restored one names only those that changed since.
 */
export async function emitChanges(image: DeltaImage, stored: Stored, parts: FetchParts): Promise<Emission> {
  const emission = new Emission()
  const tasks: (() => Promise<unknown>)[] = []
  for (const kind of ['user', 'group'] as const)
    for (const [id, { properties, removed, returned }] of image.objects[kind]) {
      if (removed !== undefined || (returned && kind === 'group'))
        emission.removed.push({ kind, id, permanent: removed === 'deleted' })
      if (removed !== undefined) continue
      const before = returned ? undefined : stored(kind, id)
      if (before) emission.add(kind, objectOf(id, overlay(before.attributes, properties)))
      else if (ALWAYS[kind].every((name) => name in properties)) emission.add(kind, objectOf(id, properties))
      else tasks.push(() => fetchInto(emission, parts, kind, id, properties))
      if (kind === 'group' && !before) tasks.push(async () => emission.members.push(...(await fetchMembers(parts, id))))
    }
  const isGroup = (id: string): boolean => image.objects.group.has(id) || stored('group', id) !== undefined
  emission.members.push(...image.members(true, isGroup))
  emission.notMembers.push(...image.members(false, isGroup))
  await forEachFew(tasks, (task) => task())
  return emission
}

/** Turns a read of everything into objects. Its removals can be ignored: a removed object is absent anyway. */
export function emitAll(image: DeltaImage): Emission {
  const emission = new Emission()
  for (const kind of ['user', 'group'] as const)
    for (const [id, { properties, removed }] of image.objects[kind])
      if (removed === undefined) emission.add(kind, objectOf(id, properties))
  emission.members.push(...image.members(true, (id) => image.objects.group.has(id)))
  return emission
}

/**
 * Reads assigned principals that no delta has reported, such as an old user who was assigned today.
 */
export async function fetchAssigned(
  emission: Emission,
  assignments: readonly SourceAssignment[],
  isKnown: (kind: Kind, id: string) => boolean,
  parts: FetchParts,
): Promise<void> {
  const unknown = assignments.filter(({ kind, principal }) => !isKnown(kind, principal))
  await forEachFew(unknown, async ({ kind, principal }) => {
    const isThere = await fetchInto(emission, parts, kind, principal)
    if (isThere && kind === 'group') emission.members.push(...(await fetchMembers(parts, principal)))
  })
}

async function fetchInto(
  emission: Emission,
  parts: FetchParts,
  kind: Kind,
  id: string,
  told: Properties = {},
): Promise<boolean> {
  const properties = await fetchObject(parts, kind, id)
  if (properties) emission.add(kind, objectOf(id, overlay(told, properties)))
  else emission.missing.push(id)
  return properties !== undefined
}
