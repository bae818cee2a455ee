import type { Kind } from '../model.ts'
import type { PatchOperation } from './patch.ts'
import type { TargetProfile } from './profile.ts'
import { resourcePath } from './resource-path.ts'

/** One operation for all: bare ids, with `$ref` where the server's schema requires it. */
export const addMembers = (
  ids: readonly string[],
  kind: Kind,
  url: string,
  { memberRef }: Pick<TargetProfile, 'memberRef'>,
): readonly PatchOperation[] => [
  {
    op: 'add',
    path: 'members',
    value: ids.map((value) => ({ value, ...(memberRef && { $ref: `${url}${resourcePath(kind, value)}` }) })),
  },
]

/**
 * One operation for each in the spelling of the standard; in the other one, one for all.
 *
 * Why: there is no spelling that all servers take, and each takes one of these.
 */
export const removeMembers = (
  ids: readonly string[],
  spelling: TargetProfile['memberRemoval'],
): readonly PatchOperation[] =>
  spelling === 'filter'
    ? ids.map((id) => ({ op: 'remove', path: `members[value eq ${JSON.stringify(id)}]` }))
    : [{ op: 'remove', path: 'members', value: ids.map((value) => ({ value })) }]
