import type { Kind, SourceValue } from '../../model.ts'
import { commonNameRules, parseDn } from '../directory/dn.ts'
import { type EnabledRule, isEnabled } from '../directory/enabled.ts'
import { type Entry, sourceValue, textsOf } from '../directory/entry.ts'
import { groupMembers } from '../directory/group-members.ts'
import { parseGeneralizedTime } from '../directory/generalized-time.ts'
import type { Member } from '../directory/population.ts'
import { USUAL_ATTRIBUTES } from '../directory/usual-attributes.ts'

/** Attributes that are bytes by their meaning, whatever the bytes look like. */
const BINARY = new Set(['objectguid', 'objectsid', 'jpegphoto', 'thumbnailphoto', 'userpassword', 'usercertificate'])

/** An entry of a file as a user or a group. */
export function memberOf(
  kind: Kind,
  id: string,
  entry: Entry,
  wanted: readonly string[],
  enabled: EnabledRule | undefined,
): Member {
  const status = kind === 'user' ? isEnabled(entry, enabled) : undefined
  // Active Directory keeps members and entries together: a name in a group is never a leftover.
  const isLinked = entry.attributes.has('objectguid')
  const time = (name: string): number | undefined =>
    isLinked ? undefined : parseGeneralizedTime(textsOf(entry, name)[0] ?? '')
  const created = time('createTimestamp')
  return {
    kind,
    dn: entry.dn,
    object: {
      id,
      attributes: attributesOf(id, entry, [...USUAL_ATTRIBUTES[kind], ...wanted]),
      ...(status !== undefined && { enabled: status }),
    },
    created,
    ...(kind === 'user' && { uids: textsOf(entry, 'uid') }),
    ...(kind === 'group' && {
      modified: time('modifyTimestamp') ?? created,
      ...groupMembers(entry),
    }),
  }
}

function attributesOf(id: string, entry: Entry, names: readonly string[]): Record<string, SourceValue> {
  const attributes: Record<string, SourceValue> = { id, dn: entry.dn }
  const [step = []] = parseDn(entry.dn) ?? []
  for (const name of names) {
    const found = entry.attributes.get(name.toLowerCase())
    if (!found) continue
    const base = name.toLowerCase().split(';', 1)[0] ?? ''
    const named = step.find(({ type }) => commonNameRules(type)?.canonical === base)?.value
    const value = sourceValue(found.values, BINARY.has(base), named)
    if (value !== undefined) attributes[name] = value
  }
  return attributes
}
