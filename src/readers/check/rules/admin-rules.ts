import { isAdminEntitlement } from '../../diff/admins.ts'
import type { EntitlementRow } from '../../file/sync-view.ts'
import { keyOf, sayThing, type Thing } from '../../model/thing.ts'
import { type BuiltInRule, foundBy, isOut, type RuleContext, sayHeld } from './rule.ts'

interface AdminRole {
  readonly on: Thing
  readonly entitlement: EntitlementRow
  /** People who hold it and can come in. */
  readonly people: readonly Thing[]
}

/** What makes an administrator, with its holders: roles with such a name; if there are none, entitlements with such a slug. */
function adminRoles({ view, expansion }: RuleContext): readonly AdminRole[] {
  const all = [...view.entitlements()].flatMap((entitlement) => {
    const on = view.thing(entitlement.resource)
    return isAdminEntitlement(entitlement, on) ? [{ on, entitlement }] : []
  })
  const roles = all.filter(({ on }) => on.kind === 'role')
  const chosen = roles.length > 0 ? roles : all
  const holdings = expansion.onEntitlements(chosen.map(({ entitlement }) => entitlement.id))
  return chosen.map(({ on, entitlement }) => ({
    on,
    entitlement,
    people: [...(holdings.get(entitlement.id)?.values() ?? [])]
      .map(({ principal }) => view.thing(principal))
      .filter((person) => person.kind === 'user' && !isOut(person)),
  }))
}

export const lastAdmin: BuiltInRule = {
  id: 'last-admin',
  level: 'error',
  summary: 'No administrator role depends on one person',
  look(context) {
    const roles = adminRoles(context).filter(({ on }) => !context.isExcepted(on))
    return roles.flatMap(({ on, entitlement, people }) => {
      const [only, second] = people
      if (!only || second || context.isExcepted(only)) return []
      return [
        foundBy(
          lastAdmin,
          only,
          `${sayThing(only)} is the only one who holds ${sayHeld(on, entitlement.slug)} and can come in`,
          [on],
        ),
      ]
    })
  },
}

export const adminWithoutMfa: BuiltInRule = {
  id: 'admin-without-mfa',
  level: 'warning',
  summary: 'Every administrator is known to have a second factor switched on',
  look(context) {
    const found = new Map<string, { readonly person: Thing; readonly held: AdminRole[] }>()
    for (const role of adminRoles(context))
      for (const person of role.people) {
        if (person.mfa === true || context.isExcepted(person) || context.isExcepted(role.on)) continue
        const entry = found.get(keyOf(person.id)) ?? { person, held: [] }
        entry.held.push(role)
        found.set(keyOf(person.id), entry)
      }
    return [...found.values()].map(({ person, held }) => {
      const roles = held.map(({ on, entitlement }) => sayHeld(on, entitlement.slug)).join(', ')
      const why =
        person.mfa === false ? 'a second factor is off' : 'the file does not say whether a second factor is on'
      return foundBy(
        adminWithoutMfa,
        person,
        `${sayThing(person)} holds ${roles}, and ${why}`,
        held.map(({ on }) => on),
      )
    })
  },
}
