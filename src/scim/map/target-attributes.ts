import { nearest } from '../../sdk/text/edit-distance.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Kind } from '../model.ts'
import { formatPath, parsePath } from '../target/paths.ts'

export type ProfileName = 'twingate' | 'generic'

/** What Twingate stores. Source: its documents of the SCIM endpoint. */
const TWINGATE_ATTRIBUTES: Readonly<Record<Kind, readonly string[]>> = {
  user: ['externalId', 'userName', 'active', 'emails[type eq "work"].value', 'name.givenName', 'name.familyName'],
  group: ['externalId', 'displayName'],
}

/** Attributes that every object needs. RFC 7643 asks for the name; Twingate for the external id of users, too. */
const REQUIRED: Readonly<Record<ProfileName, Readonly<Record<Kind, readonly string[]>>>> = {
  twingate: { user: ['userName', 'externalId'], group: ['displayName'] },
  generic: { user: ['userName'], group: ['displayName'] },
}

export const requiredAttributes = (profile: ProfileName, kind: Kind): readonly string[] => REQUIRED[profile][kind]

/** The path of a mapping as all of the program writes it, or what is wrong with it. */
export function pathOf(kind: Kind, target: string): { readonly path: string } | { readonly problem: string } {
  try {
    const path = formatPath(parsePath(target))
    // Names are told apart without case at the target, but not where they are compared here.
    const known = TWINGATE_ATTRIBUTES[kind].find((one) => one.toLowerCase() === path.toLowerCase())
    return { path: known ?? path }
  } catch (error) {
    if (ConnectorError.is(error)) return { problem: error.detail }
    throw error
  }
}

/** Whether the target takes true or false there. */
export const isBooleanPath = (path: string): boolean => path === 'active' || path.endsWith('.primary')

/** A sentence about an attribute that the target is not known to store; `undefined` for a known one. */
export function unknownAttribute(profile: ProfileName, kind: Kind, path: string): string | undefined {
  const known = TWINGATE_ATTRIBUTES[kind]
  if (profile !== 'twingate' || known.includes(path)) return undefined
  const [near] = nearest(path, known, 1)
  return `Twingate does not document the attribute ${path} of ${kind}s${near === undefined ? '' : `; did you mean ${near}?`}`
}
