import type { AccountDirectory, DirectoryAccount } from '../sdk/contract/account-directory.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { TargetObject } from './model.ts'
import { parsePath, readValue } from './target/paths.ts'
import type { Target } from './target/target.ts'

const EMAIL = parsePath('emails[type eq "work"].value')
const USER_NAME = parsePath('userName')
const ACTIVE = parsePath('active')

/**
 * Accounts of a SCIM server by e-mail address. A new one has the address as its user name, and in lower case as its external id.
 *
 * Errors: as `Target`; `unavailable` where a listing came to no end, since then nobody knows who is there.
 */
export function scimAccounts(target: Target): AccountDirectory {
  const currentOf = async (id: string, signal: AbortSignal): Promise<TargetObject> => {
    const current = await target.get('user', id, signal)
    if (!current) throw new ConnectorError('not-found', 'change an account', `${target.url} has no such user any more`)
    return current
  }

  return {
    name: target.url,

    async find(email, { signal }) {
      const isSame = ({ attributes }: TargetObject): boolean =>
        [USER_NAME, EMAIL].some(
          (path) => String(readValue(attributes, path) ?? '').toLowerCase() === email.toLowerCase(),
        )
      const filtered = await target.find('user', 'userName', email, signal)
      if (filtered.objects.length > 0) return filtered.objects.map(accountOf)
      // A user of the same address may have another user name, and a filter may find nothing at all.
      const found: TargetObject[] = []
      const { complete } = await target.list('user', (page) => found.push(...page.filter(isSame)), signal)
      if (!complete)
        throw new ConnectorError('unavailable', 'find an account', `${target.url} did not list all of its users`)
      return found.map(accountOf)
    },

    async create({ email, firstName, lastName }, { signal }) {
      await target.create(
        'user',
        {
          externalId: email.toLowerCase(),
          userName: email,
          active: true,
          'emails[type eq "work"].value': email,
          ...(firstName !== undefined && { 'name.givenName': firstName }),
          ...(lastName !== undefined && { 'name.familyName': lastName }),
        },
        signal,
      )
    },

    async setActive(id, active, { signal }) {
      const current = await currentOf(id, signal)
      await target.update(current, [{ path: 'active', before: !active, after: active }], signal)
    },

    async remove(id, { signal }) {
      await target.remove('user', id, signal)
    },
  }
}

const accountOf = ({ id, attributes }: TargetObject): DirectoryAccount => ({
  id,
  // Absent means active: RFC 7643 leaves the meaning to the server, and a user who may sign in must not be taken for one who may not.
  active: readValue(attributes, ACTIVE) !== false,
})
