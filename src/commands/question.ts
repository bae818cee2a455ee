import { TYPE_IDS } from '../twingate/type-ids.ts'
import type { ResourceId } from '../sdk/model/model.ts'
import { roleId } from '../resources/roles.ts'
import type { NamedChange } from './named-change.ts'

/** More changes at once than somebody types. */
const LARGE = 20

const ADMIN = roleId('ADMIN').id

/** Whether this is the role that can change everything. */
export const isAdmin = ({ type, id }: ResourceId): boolean => type === TYPE_IDS.role && id === ADMIN

/** The question about an act that makes admins: `Make Ada` `an admin`. */
export const promotion = (act: string, what: 'an admin' | 'admins'): string =>
  `${act} ${what}, who can change everything in the network?`

/** What has to be confirmed before changes are sent: who becomes an admin, and runs that change much. `undefined` where nothing has to be. */
export function questionOf(needed: readonly NamedChange[]): string | undefined {
  const admins = needed.filter(({ operation, target }) => operation !== 'revoke' && isAdmin(target.id))
  const [first] = admins
  const nameOf = ({ principal }: NamedChange): string => principal.name ?? principal.id.id
  const [whom, what] =
    admins.length === 1 && first
      ? ([nameOf(first), 'an admin'] as const)
      : ([`${admins.length} users`, 'admins'] as const)
  if (needed.length > LARGE)
    return `Send ${needed.length.toLocaleString('en-US')} changes${first ? `, which make ${whom} ${what}` : ''}?`
  return first && promotion(`Make ${whom}`, what)
}
