import { keyOf, sayThing, type Thing } from '../../model/thing.ts'
import { type BuiltInRule, foundBy, type RuleContext, sayFew } from './rule.ts'

interface Held {
  readonly group: Thing
  /** Keys of those who hold it themselves, in order. */
  readonly members: readonly string[]
}

/** Groups with those who hold any of their entitlements themselves. */
function heldGroups({ view, names, isExcepted }: RuleContext): readonly Held[] {
  const types = view.typesWhere(({ traits }) => traits.includes('group'))
  const groups = [...names.things(types)].filter((group) => !isExcepted(group))
  const members = new Map<string, string[]>(groups.map(({ id }) => [keyOf(id), []]))
  const onGroups = new Map(
    [...view.entitlements()]
      .filter(({ resource }) => types.includes(resource.type))
      .map(({ id, resource }) => [id, keyOf(resource)]),
  )
  if (types.length > 0)
    for (const batch of view.snapshot.holders(view.sync.syncId, types))
      for (const { entitlementId, principalType, direct } of batch) {
        const of = members.get(onGroups.get(entitlementId) ?? '')
        if (of)
          for (const id of direct)
            of.push(`${entitlementId.slice(entitlementId.lastIndexOf(':'))} ${keyOf({ type: principalType, id })}`)
      }
  return groups.map((group) => ({ group, members: members.get(keyOf(group.id))?.sort() ?? [] }))
}

export const emptyGroup: BuiltInRule = {
  id: 'empty-group',
  level: 'note',
  summary: 'Every group has a member',
  look: (context) =>
    heldGroups(context)
      .filter(({ members }) => members.length === 0)
      .map(({ group }) => foundBy(emptyGroup, group, `${sayThing(group)} has no members`)),
}

export const duplicateGroup: BuiltInRule = {
  id: 'duplicate-group',
  level: 'warning',
  summary: 'No two groups have one name, or the same members and the same access',
  look(context) {
    const held = heldGroups(context)
    const named = Map.groupBy(held, ({ group }) => group.name.trim().toLowerCase())
    const alike = Map.groupBy(
      held.filter(({ members }) => members.length > 0),
      ({ group, members }) => JSON.stringify([members, opensOf(context, group)]),
    )
    return [
      ...[...named.values()].flatMap((same) => doubled(same, 'have the same name')),
      ...[...alike.values()].flatMap((same) => doubled(same, 'have the same members and the same access')),
    ]
  },
}

/** What a group itself holds. */
const opensOf = ({ view }: RuleContext, { id }: Thing): readonly string[] =>
  Array.from(view.grantsOf(id), ({ entitlementId }) => entitlementId).sort()

function doubled(same: readonly Held[], how: string) {
  const [first, ...others] = same.map(({ group }) => group)
  if (!first || others.length === 0) return []
  const all = sayFew([first, ...others].map((group) => `${sayThing(group)} (${keyOf(group.id)})`))
  return [foundBy(duplicateGroup, first, `${all} ${how}`, others)]
}
