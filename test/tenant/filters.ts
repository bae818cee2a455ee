import type { TenantGroup, TenantPolicy, TenantUser } from './model.ts'

export interface StringFilter {
  readonly eq?: string | null
  readonly ieq?: string | null
  readonly ne?: string | null
  readonly startsWith?: string | null
  readonly endsWith?: string | null
  readonly regexp?: string | null
  readonly contains?: string | null
  readonly in?: readonly string[] | null
}

interface InFilter {
  readonly in?: readonly string[] | null
}

export interface UserFilter {
  readonly role?: InFilter | null
  readonly firstName?: StringFilter | null
  readonly lastName?: StringFilter | null
  readonly email?: StringFilter | null
}

export interface GroupFilter {
  readonly name?: StringFilter | null
  readonly type?: InFilter | null
  readonly isActive?: { readonly eq?: boolean | null } | null
  readonly originId?: StringFilter | null
}

export interface PolicyFilter {
  readonly policyType?: InFilter | null
  readonly name?: StringFilter | null
}

/** How the server reads a text before it compares it with what is stored, by the fashion of its filters; `in` takes texts as they are. */
export interface FilterHabits {
  /** Blanks around the text do not count, as with django-filter. */
  readonly trims?: boolean
  readonly normalizes?: 'NFC' | 'NFD'
  readonly lowers?: boolean
  /** An operator without text, or whose text is blank, is left out, as with django-filter. */
  readonly skipsEmpty?: boolean
  /** `in` finds every row, or none. */
  readonly in?: 'all' | 'none'
}

/** Whether all operators of the filter hold; a null value satisfies only an empty filter. */
export const matchesString = (
  value: string | null,
  given: StringFilter | null | undefined,
  habits: FilterHabits = {},
): boolean => {
  if (given == null) return true
  const filter: StringFilter = Object.fromEntries(
    Object.entries(given).map(([operator, wanted]) => [
      operator,
      typeof wanted === 'string' ? readText(wanted, habits) : (wanted as StringFilter['in']),
    ]),
  )
  if (value === null) return Object.values(filter).every((wanted) => wanted == null)
  return (
    (filter.eq == null || value === filter.eq) &&
    (filter.ieq == null || value.toLowerCase() === filter.ieq.toLowerCase()) &&
    (filter.ne == null || value !== filter.ne) &&
    (filter.startsWith == null || value.startsWith(filter.startsWith)) &&
    (filter.endsWith == null || value.endsWith(filter.endsWith)) &&
    (filter.regexp == null || new RegExp(filter.regexp, 'u').test(value)) &&
    (filter.contains == null || value.includes(filter.contains)) &&
    matchesIn(value, filter, habits)
  )
}

function readText(text: string, { trims, normalizes, lowers, skipsEmpty }: FilterHabits): string | null {
  const trimmed = trims ? text.trim() : text
  if (skipsEmpty && trimmed.trim() === '') return null
  const normalized = normalizes ? trimmed.normalize(normalizes) : trimmed
  return lowers ? normalized.toLowerCase() : normalized
}

const matchesIn = (value: string, filter: InFilter | null | undefined, habits: FilterHabits = {}): boolean => {
  if (filter?.in == null) return true
  return habits.in === undefined ? filter.in.includes(value) : habits.in === 'all'
}

export const filterUsers = (
  users: readonly TenantUser[],
  filter: UserFilter | null | undefined,
  habits: FilterHabits = {},
) =>
  filter == null
    ? users
    : users.filter(
        (user) =>
          matchesIn(user.role, filter.role, habits) &&
          matchesString(user.firstName, filter.firstName, habits) &&
          matchesString(user.lastName, filter.lastName, habits) &&
          matchesString(user.email, filter.email, habits),
      )

export const filterGroups = (
  groups: readonly TenantGroup[],
  filter: GroupFilter | null | undefined,
  habits: FilterHabits = {},
) =>
  filter == null
    ? groups
    : groups.filter(
        (group) =>
          matchesString(group.name, filter.name, habits) &&
          matchesIn(group.type, filter.type, habits) &&
          (filter.isActive?.eq == null || group.isActive === filter.isActive.eq) &&
          matchesString(group.originId, filter.originId, habits),
      )

export const filterPolicies = (policies: readonly TenantPolicy[], filter: PolicyFilter | null | undefined) =>
  filter == null
    ? policies
    : policies.filter(
        (policy) => matchesIn(policy.policyType, filter.policyType) && matchesString(policy.name, filter.name),
      )
