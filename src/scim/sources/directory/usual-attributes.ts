import type { Kind } from '../../model.ts'

/** Given on where the directory has them, without being asked for. */
export const USUAL_ATTRIBUTES: Readonly<Record<Kind, readonly string[]>> = {
  user: ['uid', 'cn', 'sn', 'givenName', 'displayName', 'mail', 'userPrincipalName', 'sAMAccountName'],
  group: ['cn', 'description'],
}
