/** How the members of a group in a group count: not at all, as at Entra, or as members of the outer group, too. */
export const NESTED_GROUPS = ['direct', 'flatten'] as const

export type NestedGroups = (typeof NESTED_GROUPS)[number]
