import type { Shape } from '../output/columns.ts'
import type { Row } from '../output/row.ts'

/** One difference between two syncs. Fields that say nothing of it are `null`. */
export interface Change extends Row {
  /** `expired`: gone because its time was over. */
  readonly change: 'added' | 'removed' | 'changed' | 'expired'
  /** `user`, `group`, `role`, another resource type, `entitlement` or `grant`. */
  readonly what: string
  /** Who or what changed; of a grant who holds it. */
  readonly name: string
  readonly email: string | null
  /** Of a grant and an entitlement: what it is on, and its slug. */
  readonly resource: string | null
  readonly resourceType: string | null
  readonly entitlement: string | null
  /** What was changed, such as `status` or `profile.team`. */
  readonly field: string | null
  readonly old: string | null
  readonly new: string | null
  /** Whether somebody can do by it what nobody could before. */
  readonly newAccess: boolean
  /** Whether it touches an administrator, or what makes one. */
  readonly admin: boolean
  /** Whether it touches a crown jewel, or what opens one. */
  readonly jewel: boolean
  readonly type: string | null
  readonly id: string
}

export const CHANGES: Shape = {
  fields: [
    'change',
    'what',
    'name',
    'email',
    'entitlement',
    'resource',
    'resourceType',
    'field',
    'old',
    'new',
    'newAccess',
    'admin',
    'jewel',
    'type',
    'id',
  ],
  narrow: ['change', 'what', 'name', 'entitlement', 'resource', 'field', 'old', 'new'],
}

export const NO_DETAILS = {
  email: null,
  resource: null,
  resourceType: null,
  entitlement: null,
  field: null,
  old: null,
  new: null,
  newAccess: false,
  admin: false,
  jewel: false,
  type: null,
} as const
