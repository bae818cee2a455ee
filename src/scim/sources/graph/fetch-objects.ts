import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Kind } from '../../model.ts'
import type { SourceMember } from '../../source.ts'
import { idOf, type Properties, propertiesOf } from './attributes.ts'
import { memberKindOf } from './delta-image.ts'
import type { GraphClient } from './graph-client.ts'

export interface FetchParts {
  readonly client: GraphClient
  readonly select: Readonly<Record<Kind, string>>
  readonly signal: AbortSignal
}

/** Reads one object by its id; `undefined` where it is not there. */
export async function fetchObject(
  { client, select, signal }: FetchParts,
  kind: Kind,
  id: string,
): Promise<Properties | undefined> {
  const object = await client.object(
    `read a ${kind}`,
    `/${kind}s/${encodeURIComponent(id)}?$select=${select[kind]}`,
    signal,
  )
  return object && propertiesOf(object)
}

/** Reads the direct members of a group that are users or groups. A group that went meanwhile has none; the next delta tells that it is gone. */
export async function fetchMembers({ client, signal }: FetchParts, group: string): Promise<readonly SourceMember[]> {
  const members: SourceMember[] = []
  const path = `/groups/${encodeURIComponent(group)}/members?$select=id&$top=999`
  try {
    for await (const page of client.pages('read the members of a group', path, signal))
      for (const object of page) {
        const member = idOf(object)
        const kind = memberKindOf(object)
        if (member !== undefined && (kind === 'user' || kind === 'group')) members.push({ group, member, kind })
      }
  } catch (error) {
    if (ConnectorError.is(error) && error.code === 'not-found') return []
    throw error
  }
  return members
}
