import type { Kind, SourceAttributes } from '../model.ts'
import type { CompiledFilter } from './filter.ts'
import { clauseText, failingClause } from './filter.ts'

/** Whether only what is assigned to the application is provisioned, or everything. */
export const SCOPE_MODES = ['assigned', 'all'] as const

export type ScopeMode = (typeof SCOPE_MODES)[number]

export interface Scope {
  readonly mode: ScopeMode
  /** Whether the role "Default Access" counts as an assignment, as at Entra since 2020. */
  readonly defaultAccess: boolean
  /** One of the filters of a kind must hold; without filters every object passes. */
  readonly filters: Readonly<Record<Kind, readonly CompiledFilter[]>>
}

/** How an object is assigned to the application at the source. */
export interface AssignmentFacts {
  readonly how: 'direct' | 'group' | 'none'
  /** The only assignment is the role "Default Access". */
  readonly onlyDefaultAccess: boolean
}

/** `cause` is for decisions and counts, `reason` is a sentence about the object that begins with a verb. */
export type Verdict =
  | { readonly inScope: true; readonly reason: string }
  | { readonly inScope: false; readonly cause: OutOfScopeCause; readonly reason: string }

export type OutOfScopeCause = 'unassigned' | 'default-access' | 'filtered'

const IN = {
  all: { inScope: true, reason: 'is in scope: everything at the source is' },
  direct: { inScope: true, reason: 'is in scope: it is assigned to the application' },
  group: { inScope: true, reason: 'is in scope: it is a member of a group that is assigned to the application' },
} as const satisfies Readonly<Record<string, Verdict>>

const UNASSIGNED: Verdict = {
  inScope: false,
  cause: 'unassigned',
  reason: 'is out of scope: it is not assigned to the application',
}

const DEFAULT_ACCESS: Verdict = {
  inScope: false,
  cause: 'default-access',
  reason: 'is out of scope: it is not effectively entitled, as its only role is Default Access',
}

/** Whether an object is provisioned, and why. `assignment` is `undefined` where the source knows no assignments: all are in scope then. */
export function inScope(
  scope: Scope,
  kind: Kind,
  attributes: SourceAttributes,
  assignment: AssignmentFacts | undefined,
): Verdict {
  const isAssigned = scope.mode === 'assigned' && assignment !== undefined
  if (isAssigned && assignment.how === 'none') return UNASSIGNED
  if (isAssigned && assignment.onlyDefaultAccess && !scope.defaultAccess) return DEFAULT_ACCESS
  const filters = scope.filters[kind]
  const verdict = isAssigned && assignment.how !== 'none' ? IN[assignment.how] : IN.all
  if (filters.length === 0) return verdict
  const failed: string[] = []
  for (const filter of filters) {
    const clause = failingClause(filter, attributes)
    if (!clause) return verdict
    failed.push(`${filter.name}: not ${clauseText(clause)}`)
  }
  return { inScope: false, cause: 'filtered', reason: `is out of scope: no filter holds (${failed.join('; ')})` }
}

/** What `[IsSoftDeleted]` says: out of scope, or not allowed to sign in at the source. */
export const isSoftDeleted = (verdict: Verdict, enabled: boolean | undefined): boolean =>
  !verdict.inScope || enabled === false
