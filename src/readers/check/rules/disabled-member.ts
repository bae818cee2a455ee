import { isAdminEntitlement } from '../../diff/admins.ts'
import { sayThing, type Thing } from '../../model/thing.ts'
import { type BuiltInRule, foundBy, isOut, sayFew, sayHeld } from './rule.ts'

/** Who cannot come in should hold nothing. A role says what somebody is, also of the disabled, so that only those of administrators count. */
export const disabledMember: BuiltInRule = {
  id: 'disabled-member',
  level: 'error',
  summary: 'Nobody who is disabled is still a member of a group or holds access',
  look({ view, names, expansion, isExcepted }) {
    const held = (person: Thing) =>
      [...expansion.ofPrincipal(person.id).values()].flatMap(({ entitlementId, direct, grants }) => {
        const entitlement = view.entitlement(entitlementId)
        const resource = entitlement?.resource ?? grants[0]?.resource
        if (!direct || !resource) return []
        const on = view.thing(resource)
        if (isExcepted(on) || (on.kind === 'role' && entitlement && !isAdminEntitlement(entitlement, on))) return []
        return [{ on, text: sayHeld(on, entitlement?.slug ?? entitlementId) }]
      })
    return [...names.things(view.typesWhere(({ traits }) => traits.includes('user')))]
      .filter((person) => isOut(person) && !isExcepted(person))
      .flatMap((person) => {
        const found = held(person)
        if (found.length === 0) return []
        const what = sayFew(found.map(({ text }) => text))
        return [
          foundBy(
            disabledMember,
            person,
            `${sayThing(person)} is ${person.status} and still holds ${what}`,
            found.map(({ on }) => on),
          ),
        ]
      })
  },
}
