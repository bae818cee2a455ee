import type { Kind, TargetValues } from '../model.ts'
import { createdId } from './answers.ts'
import { createBody } from './bodies.ts'
import { changeMembers, type MemberTools } from './change-members.ts'
import { createExchange, type ExchangeOptions } from './exchange.ts'
import { findObjects } from './find.ts'
import { createLearnedProfile } from './learned-profile.ts'
import type { Body } from './edit.ts'
import { seekMember } from './hidden-members.ts'
import { listObjects } from './list.ts'
import { memberEntries } from './members.ts'
import type { Shape, TargetProfile } from './profile.ts'
import { getObject, newSightings, noteListed } from './read-object.ts'
import { refusal, type ScimAnswer } from './refusal.ts'
import { sendInShape } from './reshape.ts'
import { ENDPOINT } from './schemas.ts'
import { shapeBody, shapeOf } from './shape.ts'
import type { Target, Written } from './target.ts'
import { updateObject } from './update.ts'
import { writeAt } from './write-at.ts'

export interface TargetOptions extends Omit<ExchangeOptions, 'requestsPerSecond'> {
  readonly profile: TargetProfile
  /** Told the whole profile whenever an answer taught something about the server. @default nobody */
  readonly onLearned?: ((profile: TargetProfile) => void) | undefined
}

/** Opens a SCIM server; nothing is sent before a method is called. Errors: `invalid-argument` for an address that is none, see target-url.ts. */
export function openTarget(options: TargetOptions): Target {
  const { profile, log, onLearned } = options
  const exchange = createExchange({ ...options, requestsPerSecond: profile.requestsPerSecond })
  const learned = createLearnedProfile(profile, onLearned)
  const tools: MemberTools = {
    exchange,
    learned,
    log,
    sightings: newSightings(),
    spellings: { add: { taken: false, otherFailed: false }, remove: { taken: false, otherFailed: false } },
  }
  return {
    url: exchange.url,
    get profile() {
      return learned.current()
    },
    list(kind, onPage, signal) {
      if (kind === 'group')
        for (const ids of [tools.sightings.withoutMembers, tools.sightings.withExternalId]) ids.clear()
      const noted: typeof onPage = (objects) => {
        noteListed(objects, tools)
        onPage(objects)
      }
      return listObjects(kind, noted, tools, signal)
    },
    get: (kind, id, signal) => getObject(kind, id, tools, signal),
    find: (kind, attribute, value, signal) => findObjects(kind, attribute, value, tools, signal),
    create: (kind, values, signal, members) => createObject(kind, { values, members }, tools, signal),
    update: (current, changes, signal) => updateObject(current, changes, tools, signal),
    changeMembers(group, change, signal) {
      tools.sightings.withoutMembers.delete(group)
      return changeMembers(group, change, tools, signal)
    },
    seekMember: (group, user, signal) => seekMember(group, user, tools, signal),
    remove: (kind, id, signal) => removeObject(kind, id, tools, signal),
    traffic: () => exchange.traffic(),
    learn: (found) => learned.learn(found),
  }
}

interface NewObject {
  readonly values: TargetValues
  /** Of a group, for a server that takes none without; asked for there alone. */
  readonly members?: (() => readonly string[]) | undefined
}

async function createObject(
  kind: Kind,
  { values, members = () => [] }: NewObject,
  tools: MemberTools,
  signal: AbortSignal,
): Promise<Written> {
  const { exchange, learned } = tools
  const operation = `create a ${kind}`
  const bodyIn = (shape: Shape): Body => {
    const body = shapeBody(createBody(kind, values), shape)
    if (!shape.with.includes('members')) return body
    return { ...body, members: memberEntries(first(members(), learned.current()), exchange.url, learned.current()) }
  }
  let last = shapeOf(learned.current(), kind)
  const send = (shape: Shape): Promise<ScimAnswer> => {
    last = shape
    return exchange.write({ method: 'POST', path: ENDPOINT[kind], body: bodyIn(shape), operation }, signal)
  }
  const answer = await sendInShape(kind, bodyIn, send, tools, signal)
  if (answer.status >= 300) throw refusal(answer)
  const id = createdId(answer.body, answer.location)
  return { status: answer.status, cut: last.without.length > 0, ...(id !== undefined && { id }) }
}

const first = (ids: readonly string[], { membersPerRequest }: TargetProfile): readonly string[] =>
  ids.slice(0, membersPerRequest)

async function removeObject(kind: Kind, id: string, tools: MemberTools, signal: AbortSignal): Promise<Written> {
  const { sightings } = tools
  const operation = `delete a ${kind}`
  const answer = await writeAt(kind, id, { method: 'DELETE', operation }, tools, signal)
  if (answer.status >= 300 && answer.status !== 404 && answer.status !== 410) throw refusal(answer)
  if (answer.status < 300 && kind === 'user') sightings.deleted.add(id)
  return { status: answer.status }
}
