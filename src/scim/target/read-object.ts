import type { Logger } from '../../sdk/ground/ports.ts'
import type { Kind, TargetObject } from '../model.ts'
import { readObject } from './answers.ts'
import { readQuery } from './group-query.ts'
import { SHOWN } from './list.ts'
import type { ListTools } from './list-page.ts'
import { readKey } from './paths.ts'
import type { Changeable } from './profile.ts'
import { malformedAnswer, refusal } from './refusal.ts'
import { resourcePath } from './resource-path.ts'
import type { SchemaFacts } from './schema-facts.ts'

/** What was seen of single objects, from which the profile is learned. */
export interface Sightings {
  /** Groups that a listing showed without members, and that were not changed since. */
  readonly withoutMembers: Set<string>
  /** Groups that a listing showed with their `externalId`. */
  readonly withExternalId: Set<string>
  /** Users that were deleted and not looked at yet. */
  readonly deleted: Set<string>
  /** Whether any PATCH of it was taken, and how many changes were refused with 501 in every spelling of PATCH. */
  readonly patches: Readonly<Record<Changeable, { taken: boolean; refused: number }>>
  /** What `/Schemas` says, once it was asked for. */
  schemas: Promise<Readonly<Record<Kind, SchemaFacts | undefined>>> | undefined
}

const noPatch = () => ({ taken: false, refused: 0 })

export const newSightings = (): Sightings => ({
  withoutMembers: new Set(),
  withExternalId: new Set(),
  deleted: new Set(),
  patches: { user: noPatch(), group: noPatch(), members: noPatch() },
  schemas: undefined,
})

export interface ObjectTools extends ListTools {
  readonly sightings: Sightings
  readonly log: Logger
}

/** Reads one object; `undefined` where it is not there. */
export async function getObject(
  kind: Kind,
  id: string,
  tools: ObjectTools,
  signal: AbortSignal,
): Promise<TargetObject | undefined> {
  const operation = `read a ${kind}`
  const query = readQuery(kind, tools.learned.current())
  const answer = await tools.exchange.read({ path: resourcePath(kind, id), query, operation }, signal)
  if (answer.status === 404 || answer.status === 410) {
    learnDeletion(id, 'nothing', tools)
    return undefined
  }
  if (answer.status >= 300) throw refusal(answer)
  const object = readObject(kind, answer.body, { shown: tools.learned.current().hidesMembers !== true })
  if (!object || object.id !== id) throw malformedAnswer(answer.host, operation, false)
  if (object.attributes['active'] === false) learnDeletion(id, 'disabled', tools)
  if (tools.sightings.withoutMembers.delete(id) && (object.members ?? []).length > 0)
    tools.learned.learn({ listShowsMembers: false, ...SHOWN })
  if (tools.sightings.withExternalId.has(id) && readKey(object.attributes, 'externalId') === undefined)
    tools.learned.learn({ listsShowMore: true })
  return object
}

function learnDeletion(id: string, deleteLeaves: 'nothing' | 'disabled', { sightings, learned }: ObjectTools): void {
  if (sightings.deleted.delete(id)) learned.learn({ deleteLeaves })
}

/** Keeps what a listing tells that only other reads can explain. */
export function noteListed(objects: readonly TargetObject[], tools: ObjectTools): void {
  for (const { kind, id, attributes, members } of objects) {
    if (kind === 'group' && members === undefined) tools.sightings.withoutMembers.add(id)
    if (kind === 'group' && readKey(attributes, 'externalId') !== undefined) tools.sightings.withExternalId.add(id)
    if (kind === 'user' && attributes['active'] === false) learnDeletion(id, 'disabled', tools)
  }
}
