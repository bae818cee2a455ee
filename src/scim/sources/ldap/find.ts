import { AndFilter, EqualityFilter, type Filter, OrFilter } from 'ldapts'
import type { Kind } from '../../model.ts'
import type { SourceCall, SourceFind, SourceMember } from '../../source.ts'
import { parseDn } from '../directory/dn.ts'
import { type Entry, guidBytes } from '../directory/entry.ts'
import type { Member } from '../directory/population.ts'
import type { LdapConnection } from './connection.ts'
import { idOf } from '../directory/entry-key.ts'
import { memberOf } from './directory-entry.ts'
import { ldapFilter } from './ldap-filter.ts'
import { searchAll } from './paged-search.ts'
import { withRanges } from './ranges.ts'
import { type DirectoryParts, onConnection, prepare, type Prepared } from './read-directory.ts'
import { basesOf } from './read-plan.ts'

/** Attributes by which people call a user or a group. */
const NAMES: Readonly<Record<Kind, readonly string[]>> = {
  user: ['uid', 'mail', 'cn', 'displayName', 'userPrincipalName', 'sAMAccountName'],
  group: ['cn', 'displayName', 'sAMAccountName'],
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

interface Finding {
  readonly parts: DirectoryParts
  readonly prepared: Prepared
  readonly call: SourceCall
}

/** Finds entries by their key, by their name in the directory or by the names that people use. */
export async function findInDirectory(
  parts: DirectoryParts,
  kind: Kind,
  reference: string,
  call: SourceCall,
): Promise<readonly SourceFind[]> {
  const { result } = await onConnection(parts, call, async (connection) => {
    const finding = { parts, prepared: await prepare(parts, connection), call }
    const found = await lookUp(finding, kind, reference)
    const whole: SourceFind[] = []
    for (const member of found) whole.push(await describe(finding, connection, member))
    return whole
  })
  return result
}

/** Asks by filters; where they find nobody, everybody is read and compared here, since a filter that finds nobody proves nothing. */
async function lookUp(finding: Finding, kind: Kind, reference: string): Promise<readonly Member[]> {
  const { plan, schema } = finding.prepared
  const id = reference.toLowerCase()
  if (parseDn(reference)?.length) {
    const byName = await searchKind(finding, kind, undefined, reference)
    if (byName.length > 0) return byName
  }
  const isGuid = plan.idAttribute === 'objectGUID' && GUID.test(reference)
  const known = NAMES[kind].flatMap((name) => schema.canonical(name) ?? [])
  const value = Buffer.from(reference)
  const wanted = [
    ...(isGuid || plan.idAttribute !== 'objectGUID'
      ? [new EqualityFilter({ attribute: plan.idAttribute, value: isGuid ? guidBytes(id) : value })]
      : []),
    ...known.map((attribute) => new EqualityFilter({ attribute, value })),
  ]
  const byFilter = await searchKind(finding, kind, new OrFilter({ filters: wanted }))
  const found =
    byFilter.length > 0 ? byFilter : (await searchKind(finding, kind)).filter((member) => isCalled(member, id, known))
  const exact = found.find(({ object }) => object.id === id)
  return exact ? [exact] : found
}

const isCalled = ({ object }: Member, folded: string, names: readonly string[]): boolean =>
  object.id === folded ||
  names.some((name) => [object.attributes[name] ?? []].flat().some((value) => String(value).toLowerCase() === folded))

/** Entries of a kind that fit a further filter; those of one name where a base is given. */
async function searchKind(
  { parts, prepared, call }: Finding,
  kind: Kind,
  further?: Filter,
  only?: string,
): Promise<readonly Member[]> {
  const { plan, schema } = prepared
  const { options } = parts
  const own = ldapFilter(plan[kind].filter, (name) => schema.canonical(name) ?? name)
  const filter = further ? new AndFilter({ filters: [own, further] }) : own
  const found = new Map<string, Member>()
  const take = (entries: readonly Entry[]): void => {
    for (const entry of entries) {
      const id = idOf(entry, plan.idAttribute)
      if (id !== undefined) found.set(id, memberOf(kind, id, entry, { plan, schema, enabled: options.enabled }))
    }
  }
  if (only !== undefined) {
    await onConnection(parts, call, async (connection) => {
      const answer = await connection.search({ base: only, scope: 'base', filter, attributes: plan[kind].ask })
      for (const entry of answer.entries) take([await withRanges(connection, entry)])
    })
    return [...found.values()]
  }
  for (const base of basesOf(options[`${kind}s`]?.base ?? []))
    await onConnection(parts, call, (connection) =>
      searchAll(
        connection,
        {
          ...{ base, filter, attributes: plan[kind].ask, setting: `${kind}s.base` },
          ...{
            scope: options[`${kind}s`]?.scope ?? 'sub',
            pageSize: options.pageSize,
            knownReferrals: options.knownReferrals,
          },
        },
        take,
      ),
    )
  return [...found.values()]
}

/** Adds what a user or a group needs to be provisioned alone. */
async function describe(finding: Finding, connection: LdapConnection, member: Member): Promise<SourceFind> {
  if (member.kind === 'user') return { object: member.object, members: [], memberOf: await groupsOf(finding, member) }
  const [whole] = await searchKind(finding, 'group', undefined, member.dn)
  const { memberDns = [], memberUids = [] } = whole ?? member
  const members: SourceMember[] = []
  for (const dn of memberDns)
    for (const kind of ['user', 'group'] as const) {
      const id = await idAt(finding, connection, kind, dn)
      if (id !== undefined) members.push({ group: member.object.id, member: id, kind })
    }
  for (const uid of memberUids)
    for (const { object } of await searchKind(
      finding,
      'user',
      new EqualityFilter({ attribute: 'uid', value: Buffer.from(uid) }),
    ))
      members.push({ group: member.object.id, member: object.id, kind: 'user' })
  return { object: member.object, members }
}

/** The key of the entry with a name, where it is of a kind. */
async function idAt(
  { prepared }: Finding,
  connection: LdapConnection,
  kind: Kind,
  dn: string,
): Promise<string | undefined> {
  const { plan, schema } = prepared
  const filter = ldapFilter(plan[kind].filter, (name) => schema.canonical(name) ?? name)
  const answer = await connection.search({ base: dn, scope: 'base', filter, attributes: [plan.idAttribute] })
  const [entry] = answer.entries
  return entry && idOf(entry, plan.idAttribute)
}

async function groupsOf(finding: Finding, { dn, uids = [] }: Member): Promise<readonly string[]> {
  const { schema } = finding.prepared
  if (finding.parts.options.groups === undefined) return []
  const byName = ['member', 'uniqueMember'].flatMap((name) => schema.canonical(name) ?? [])
  const byUid = schema.attribute('memberUid') === undefined ? [] : uids
  const filters = [
    ...byName.map((attribute) => new EqualityFilter({ attribute, value: Buffer.from(dn) })),
    ...byUid.map((uid) => new EqualityFilter({ attribute: 'memberUid', value: Buffer.from(uid) })),
  ]
  if (filters.length === 0) return []
  const groups = await searchKind(finding, 'group', new OrFilter({ filters }))
  return groups.map(({ object }) => object.id)
}
