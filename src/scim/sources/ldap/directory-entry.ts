import type { Kind, SourceValue } from '../../model.ts'
import { isEnabled } from '../directory/enabled.ts'
import { parseDn } from '../directory/dn.ts'
import { type Entry, sourceValue, textsOf } from '../directory/entry.ts'
import type { EnabledRule } from '../directory/enabled.ts'
import { groupMembers } from '../directory/group-members.ts'
import { parseGeneralizedTime } from '../directory/generalized-time.ts'
import type { Member } from '../directory/population.ts'
import type { KindPlan, ReadPlan } from './read-plan.ts'
import type { Schema } from './schema.ts'

export interface EntryRules {
  readonly plan: ReadPlan
  readonly schema: Schema
  readonly enabled: EnabledRule | undefined
}

/** An entry of the server as a user or a group. */
export function memberOf(kind: Kind, id: string, entry: Entry, { plan, schema, enabled }: EntryRules): Member {
  const status = kind === 'user' ? isEnabled(entry, enabled) : undefined
  const attributes = attributesOf(id, entry, plan[kind], schema)
  const time = (name: string): number | undefined => parseGeneralizedTime(textsOf(entry, name)[0] ?? '')
  const created = plan.hasLinkedMembers ? undefined : time('createTimestamp')
  return {
    kind,
    dn: entry.dn,
    object: { id, attributes, ...(status !== undefined && { enabled: status }) },
    created,
    ...(kind === 'user' && { uids: textsOf(entry, 'uid') }),
    ...(kind === 'group' && {
      // ApacheDS gives new entries no time of change.
      modified: plan.hasLinkedMembers ? undefined : (time('modifyTimestamp') ?? created),
      ...groupMembers(entry),
    }),
  }
}

function attributesOf(id: string, entry: Entry, { give }: KindPlan, schema: Schema): Record<string, SourceValue> {
  const attributes: Record<string, SourceValue> = { id, dn: entry.dn }
  const [step = []] = parseDn(entry.dn) ?? []
  for (const [wanted, canonical] of give) {
    const found = entry.attributes.get(canonical.toLowerCase())
    if (!found) continue
    const named = step.find(({ type }) => schema.canonical(type) === canonical)?.value
    const value = sourceValue(found.values, schema.attribute(canonical)?.isBinary ?? false, named)
    if (value !== undefined) attributes[wanted] = value
  }
  return attributes
}

/** Attributes that were asked for, that every entry of its classes has, and that are not shown: the account may not read them. */
export function unreadable(entry: Entry, ask: readonly string[], schema: Schema): readonly string[] {
  const must = new Set(textsOf(entry, 'objectClass').flatMap((name) => [...schema.mustOf(name)]))
  const isRange = (name: string): boolean =>
    [...entry.attributes.keys()].some((key) => key.startsWith(`${name.toLowerCase()};`))
  return ask.filter((name) => must.has(name) && !entry.attributes.has(name.toLowerCase()) && !isRange(name))
}
