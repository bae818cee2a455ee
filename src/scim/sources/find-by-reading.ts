import { ConnectorError } from '../../sdk/ground/errors.ts'
import { printable } from '../../sdk/text/printable.ts'
import type { Kind } from '../model.ts'
import type { SourceCall, SourceFind, SourceMember, SourceObject, SourceRead, SourceSink } from '../source.ts'

/** Attributes that hold names by which people look for a user or a group. */
const NAMES = [
  'id',
  'userName',
  'login',
  'email',
  'emails',
  'mail',
  'displayName',
  'name',
  'name.formatted',
  'uid',
  'cn',
] as const

/**
 * Finds an object by reading everything, for sources that cannot be asked for one.
 *
 * Errors: those of the read; `failed-precondition` where nothing was found and not everything was read.
 * Shape: an id that fits exactly is the only result. Else all whose user name, e-mail or display name fits in any case.
 * The read must give a membership after both of its sides.
 */
export async function findByReading(
  read: (sink: SourceSink, call: SourceCall) => Promise<SourceRead>,
  kind: Kind,
  reference: string,
  call: SourceCall,
): Promise<readonly SourceFind[]> {
  const found = new Map<string, { object: SourceObject; members: SourceMember[]; memberOf: string[] }>()
  const wanted = folded(reference)
  const look = (batch: readonly SourceObject[]): void => {
    for (const object of batch)
      if (object.id === reference || namesOf(object).includes(wanted))
        found.set(object.id, { object, members: [], memberOf: [] })
  }
  const { complete, gaps } = await read(
    {
      users: (batch) => kind === 'user' && look(batch),
      groups: (batch) => kind === 'group' && look(batch),
      members(batch) {
        for (const member of batch) {
          if (kind === 'group') found.get(member.group)?.members.push(member)
          else if (member.kind === 'user') found.get(member.member)?.memberOf.push(member.group)
        }
      },
      assignments() {},
    },
    call,
  )
  if (found.size === 0 && !complete)
    throw new ConnectorError(
      'failed-precondition',
      `find a ${kind}`,
      `the source was not read in full, so that nobody knows whether it has ${kind} ${printable(reference)}: ${gaps[0] ?? 'it broke off'}`,
    )
  const exact = found.get(reference)
  return (exact ? [exact] : [...found.values()]).map(({ object, members, memberOf }) => ({
    ...{ object, members },
    ...(kind === 'user' && { memberOf }),
    ...(!complete && { gaps }),
  }))
}

function namesOf({ attributes }: SourceObject): readonly string[] {
  const names = NAMES.flatMap((name) => attributes[name] ?? [])
  const givenName = attributes['givenName'] ?? attributes['name.givenName']
  const familyName = attributes['familyName'] ?? attributes['name.familyName']
  if (givenName !== undefined && familyName !== undefined) names.push(`${String(givenName)} ${String(familyName)}`)
  return names.map((name) => folded(String(name)))
}

const folded = (text: string): string => text.trim().normalize('NFC').toLowerCase()
