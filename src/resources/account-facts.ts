import { KNOWN_ROLES } from './roles.ts'
import type { UserNode } from './user-node.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { NewAccount } from '../sdk/contract/provisioner.ts'

/** The facts as they are sent: blank ones left out, the role in the API's spelling; `invalid-argument` for what is no address, `not-found` for an unknown role. */
export function factsOf({ email, firstName, lastName, role }: NewAccount): NewAccount | ConnectorError {
  if (!/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email))
    return new ConnectorError(
      'invalid-argument',
      'create account',
      `${JSON.stringify(email)} is not an e-mail address; it has one @ and no spaces, for example ada@example.com`,
    )
  const wanted = role?.trim().toUpperCase()
  const [first, last] = [firstName?.trim(), lastName?.trim()]
  const known = KNOWN_ROLES.find((name) => name === wanted)
  if (wanted && !known)
    return new ConnectorError(
      'not-found',
      'create account',
      `there is no role ${JSON.stringify(role)}; the roles are ${KNOWN_ROLES.join(', ')}`,
    )
  return {
    email,
    ...(first && { firstName: first }),
    ...(last && { lastName: last }),
    ...(known && { role: known }),
  }
}

const hasFacts = (user: UserNode, { firstName, lastName, role }: NewAccount): boolean =>
  (firstName === undefined || user.firstName === firstName) &&
  (lastName === undefined || user.lastName === lastName) &&
  (role === undefined || user.role === role)

/** An account in one line, for messages. */
export const describeAccount = (user: UserNode): string => `id ${user.id}, state ${user.state}, role ${user.role}`

/** The one that has the facts; `undefined` where nobody has the address, `already-exists` where all who have it have other facts. */
export function pickAccount(found: readonly UserNode[], facts: NewAccount): UserNode | ConnectorError | undefined {
  const same = found.find((user) => hasFacts(user, facts))
  if (same || found.length === 0) return same
  return new ConnectorError(
    'already-exists',
    'create account',
    `${facts.email} has an account with another name or role already (${found.map(describeAccount).join('; ')}); change that one, nothing was created`,
  )
}
