import { TYPE_IDS } from '../twingate/fragments.ts'
import { roleId } from '../resources/roles.ts'
import type { NamedChange } from './named-change.ts'

/** More changes at once than somebody types. */
const LARGE = 20

const ADMIN = roleId('ADMIN').id

/** What has to be confirmed before changes are sent: who becomes an admin, and runs that change much. `undefined` where nothing has to be. */
export function questionOf(needed: readonly NamedChange[]): string | undefined {
  const admins = needed.filter(({ target }) => target.id.type === TYPE_IDS.role && target.id.id === ADMIN)
  const [first] = admins
  const nameOf = ({ principal }: NamedChange): string => principal.name ?? principal.id.id
  const promoted =
    first && (admins.length === 1 ? `make ${nameOf(first)} an admin` : `make ${admins.length} users admins`)
  if (needed.length > LARGE)
    return `Send ${needed.length.toLocaleString('en-US')} changes${promoted === undefined ? '' : `, which ${promoted}`}?`
  return (
    promoted && `${promoted.charAt(0).toUpperCase()}${promoted.slice(1)}, who can change everything in the network?`
  )
}
