import type { AssignmentFacts } from './scope.ts'

interface Assignment {
  readonly principal: string
  readonly defaultAccess: boolean
}

export interface Assignments {
  /** How a principal is assigned: by itself, or by one of the groups that it is a member of. */
  of(principal: string, groups?: Iterable<string>): AssignmentFacts
}

/**
 * Answers how somebody is assigned. The groups are the direct ones where nested groups do not count, else those of `nestedGroups` upwards.
 *
 * Why: assignments are few; memberships may be millions and stay where they are.
 */
export function indexAssignments(assignments: Iterable<Assignment>): Assignments {
  /** Whether Default Access is the only role of the principal. */
  const onlyDefault = new Map<string, boolean>()
  for (const { principal, defaultAccess } of assignments)
    onlyDefault.set(principal, (onlyDefault.get(principal) ?? true) && defaultAccess)
  return {
    of(principal, groups = []) {
      let how: AssignmentFacts['how'] = 'none'
      let isDefault = true
      const own = onlyDefault.get(principal)
      if (own !== undefined) {
        how = 'direct'
        isDefault = own
      }
      for (const group of groups) {
        const byGroup = onlyDefault.get(group)
        if (byGroup === undefined) continue
        if (how === 'none') how = 'group'
        isDefault &&= byGroup
      }
      return { how, onlyDefaultAccess: how !== 'none' && isDefault }
    },
  }
}
