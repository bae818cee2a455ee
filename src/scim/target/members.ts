import type { Kind } from '../model.ts'
import type { PatchOperation } from './patch.ts'
import type { TargetProfile } from './profile.ts'
import { resourcePath } from './resource-path.ts'

/** Bare ids, with `$ref` where the server's schema requires it. `kind` is that of all. */
export const memberEntries = (
  ids: readonly string[],
  url: string,
  { memberRef }: Pick<TargetProfile, 'memberRef'>,
  kind: Kind = 'user',
): readonly { readonly value: string }[] =>
  ids.map((value) => ({ value, ...(memberRef && { $ref: `${url}${resourcePath(kind, value)}` }) }))

/** One operation for all. */
export const addMembers = (
  ids: readonly string[],
  kind: Kind,
  url: string,
  profile: Pick<TargetProfile, 'memberRef'>,
): readonly PatchOperation[] => [{ op: 'add', path: 'members', value: memberEntries(ids, url, profile, kind) }]

/**
 * One operation for each in the spelling of the standard; in the other one, one for all.
 *
 * Why: there is no spelling that all servers take, and each takes one of these.
 */
export const removeMembers = (ids: readonly string[], spelling: 'filter' | 'value'): readonly PatchOperation[] =>
  spelling === 'filter'
    ? ids.map((id) => ({ op: 'remove', path: `members[value eq ${JSON.stringify(id)}]` }))
    : [{ op: 'remove', path: 'members', value: ids.map((value) => ({ value })) }]
