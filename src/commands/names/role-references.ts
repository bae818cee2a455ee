import { nearest } from '../../sdk/text/edit-distance.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import { TYPE_IDS } from '../../twingate/type-ids.ts'
import { bidOf, type Named, named, onlyOne, type Resolved } from './reference-texts.ts'
import { KNOWN_ROLES, roleId, roleRows } from '../../resources/roles.ts'

/** Finds documented roles by name in any case, with spaces, hyphens or underscores, by id or BID. Sends nothing. */
export const resolveRoles = (texts: readonly string[]): Resolved =>
  new Map(texts.map((text) => [text, findRole(text)] as const))

/** The documented role of that name or id. Errors: `not-found`, `invalid-argument`. */
export const resolveRole = (text: string): ResourceId => onlyOne(resolveRoles([text]), text)

function findRole(text: string): Named | ConnectorError {
  const typed = text.trim()
  const bid = bidOf(typed, TYPE_IDS.role)
  if (ConnectorError.is(bid)) return bid
  const word = plain(bid ?? typed.replace(/^role:([^:]*)(:member)?$/i, '$1'))
  const role = KNOWN_ROLES.find((known) => plain(known) === word)
  if (role) return named(roleId(role), roleRows(role).resource.displayName)
  const [close] = nearest(word, KNOWN_ROLES.map(plain), 1)
  const meant = KNOWN_ROLES.find((known) => plain(known) === close)
  const hint = meant === undefined ? ';' : `; did you mean ${meant}?`
  return new ConnectorError(
    'not-found',
    'find role',
    `there is no role ${JSON.stringify(text)}${hint} the roles are ${KNOWN_ROLES.join(', ')}`,
  )
}

const plain = (role: string): string => role.toLowerCase().replaceAll(/[\s_-]/g, '')
