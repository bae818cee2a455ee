import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Kind, TargetObject } from '../../model.ts'
import type { SourceFacts } from '../../source.ts'
import type { Target } from '../../target/target.ts'
import { sourceObject } from './resource-attributes.ts'

/** Asks for one page of users and one of groups. Errors: as `Target.list`; `invalid-argument` where there are no users. */
export async function tryServer(server: Target, name: string, signal: AbortSignal): Promise<SourceFacts> {
  const [users, groups] = [await firstPage(server, 'user', signal), await firstPage(server, 'group', signal)]
  if (users.length === 0)
    throw new ConnectorError(
      'invalid-argument',
      'try the source',
      `${name} shows no users; a source without entries is taken for a mistake`,
    )
  const names = (objects: readonly TargetObject[]): readonly string[] => [
    ...new Set(objects.flatMap((object) => Object.keys(sourceObject(object).attributes))),
  ]
  return {
    summary: `${name} answers and lists users${groups.length === 0 ? '; it has no groups' : ' and groups'}`,
    attributes: { user: names(users), group: names(groups) },
  }
}

class Enough extends Error {}

async function firstPage(server: Target, kind: Kind, signal: AbortSignal): Promise<readonly TargetObject[]> {
  let page: readonly TargetObject[] = []
  const stop = (objects: readonly TargetObject[]): never => {
    page = objects
    throw new Enough()
  }
  await server.list(kind, stop, signal).catch((error: unknown) => {
    if (!(error instanceof Enough)) throw error
  })
  return page
}
