/** How the members of a group in a group count: not at all, as at Entra, or as members of the outer group, too. */
export const NESTED_GROUPS = ['direct', 'flatten'] as const

export type NestedGroups = (typeof NESTED_GROUPS)[number]

/** That a group is a member of another. */
export interface GroupInGroup {
  readonly group: string
  readonly member: string
}

export interface GroupNesting {
  /** The group itself first, then every group inside of it, each once; a circle ends where it began. */
  within(group: string): readonly string[]
  /** The group itself first, then every group that it is inside of. */
  around(group: string): readonly string[]
  /** Whether any group is in another. */
  readonly isFlat: boolean
}

/**
 * Follows groups in groups. Only those edges are held, which are few; memberships of users may be millions and stay where they are:
 * the users of a flattened group are those of all groups `within` it.
 */
export function nestGroups(edges: Iterable<GroupInGroup>): GroupNesting {
  const inner = new Map<string, string[]>()
  const outer = new Map<string, string[]>()
  for (const { group, member } of edges) {
    put(inner, group, member)
    put(outer, member, group)
  }
  return {
    within: (group) => reached(inner, group),
    around: (group) => reached(outer, group),
    isFlat: inner.size === 0,
  }
}

/** The users of a group and of all groups inside of it, each once. */
export function* flattenedMembers(
  group: string,
  nesting: GroupNesting,
  usersOf: (group: string) => Iterable<string>,
): Generator<string> {
  const groups = nesting.within(group)
  // Why: a group without inner ones needs no set, and most are of that kind.
  if (groups.length === 1) return yield* usersOf(group)
  const seen = new Set<string>()
  for (const one of groups)
    for (const user of usersOf(one)) {
      if (seen.has(user)) continue
      seen.add(user)
      yield user
    }
}

function put(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function reached(next: ReadonlyMap<string, readonly string[]>, start: string): readonly string[] {
  if (!next.has(start)) return [start]
  const seen = new Set([start])
  for (const group of seen) for (const further of next.get(group) ?? []) seen.add(further)
  return [...seen]
}
