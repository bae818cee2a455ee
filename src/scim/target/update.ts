import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { AttributeChange, TargetObject } from '../model.ts'
import { putBody } from './bodies.ts'
import { applyChanges, type Body } from './edit.ts'
import { patchBody, patchOperations, type PatchOperation, type PatchSpelling } from './patch.ts'
import type { Changeable, Shape, TargetProfile } from './profile.ts'
import { getObject, type ObjectTools } from './read-object.ts'
import { refusal, type ScimAnswer } from './refusal.ts'
import { sendInShape } from './reshape.ts'
import { isLeftOut, shapeBody, shapeOf, withDerived } from './shape.ts'
import type { Written } from './target.ts'
import { writeAt } from './write-at.ts'

/** Spellings that are tried in turn, where the server refuses the one before with the status given. */
const otherSpellings = (
  first: PatchSpelling,
): readonly {
  readonly after: number
  readonly spelling: PatchSpelling
  readonly learns?: Partial<TargetProfile>
}[] => [
  { after: 400, spelling: { ...first, clearsPrimary: true } },
  { after: 400, spelling: { ...first, wholeLists: true }, learns: { wholeLists: true } },
  { after: 501, spelling: { ...first, addOperation: 'replace' }, learns: { addOperation: 'replace' } },
]

/**
 * Makes changes by one PATCH. Where it is refused, it is tried without clearing the old primary e-mail, with whole lists and in another shape (400),
 * with `replace` for `add` (501), and as PUT (405 and 501). What the server took then is learned.
 *
 * Errors: as `Target`.
 */
export async function updateObject(
  current: TargetObject,
  changes: readonly AttributeChange[],
  tools: ObjectTools,
  signal: AbortSignal,
): Promise<Written> {
  const { kind, attributes } = current
  const changesIn = (shape: Shape): readonly AttributeChange[] =>
    withDerived(attributes, changes, shape).filter(({ path }) => !isLeftOut(shape, path))
  const profile = tools.learned.current()
  const usual = changesIn(shapeOf(profile, kind))
  if (patchOperations(current, usual, profile).length === 0) return { status: 204 }
  const put = (): Promise<ScimAnswer> => putObject(current, { changes: usual }, tools, signal)
  if (profile.puts.includes(kind)) {
    const answer = await put()
    if (answer.status >= 300) throw refusal(answer)
    return { status: answer.status }
  }
  const bodyIn = (shape: Shape): Body => shapeBody(applyChanges(attributes, changesIn(shape), shape.without), shape)
  const send = (shape: Shape): Promise<ScimAnswer> => patchSpelt(current, changesIn(shape), shape, tools, signal)
  const isMany = usual.length > 1
  const together =
    isMany && profile.onePerPatch === true ? undefined : await sendInShape(kind, bodyIn, send, tools, signal)
  const isOpen = isMany && (!together || OF_ONE_CHANGE.has(together.status))
  const alone = isOpen ? await patchOneByOne(current, changesIn, tools, signal) : undefined
  if (together?.status === 400 && alone && alone.status < 300) tools.learned.learn({ onePerPatch: true })
  const answer = alone ?? together ?? (await send(shapeOf(profile, kind)))
  notePatch(answer, kind, tools)
  if (answer.status < 300) return { status: answer.status }
  if (answer.status !== 405 && answer.status !== 501) throw refusal(answer)
  const replaced = await put()
  if (replaced.status >= 300) throw refusal(answer)
  learnPut(answer, kind, tools)
  return { status: replaced.status }
}

/** Refusals that may be about one change among others. */
const OF_ONE_CHANGE = new Set([400, 409, 422])

/**
 * Makes each change by a PATCH of its own, so that a refused one holds up no other; gives the first refusal, else the last answer.
 *
 * Why: a person whose new name is refused has to be disabled all the same.
 */
async function patchOneByOne(
  current: TargetObject,
  changesIn: (shape: Shape) => readonly AttributeChange[],
  tools: ObjectTools,
  signal: AbortSignal,
): Promise<ScimAnswer | undefined> {
  const { learned } = tools
  const shape = shapeOf(learned.current(), current.kind)
  const first = (change: AttributeChange): number => (change.path === 'active' ? 0 : 1)
  const changes = changesIn(shape).toSorted((a, b) => first(a) - first(b))
  let taken: ScimAnswer | undefined
  let refused: ScimAnswer | undefined
  for (const change of changes) {
    const isStale = taken !== undefined && learned.current().etag
    const now = isStale ? await getObject(current.kind, current.id, tools, signal) : current
    const answer = await patchSpelt(now ?? current, [change], shape, tools, signal)
    if (answer.status < 300) taken = answer
    else if (OF_ONE_CHANGE.has(answer.status)) refused ??= answer
    else return answer
  }
  return refused ?? taken
}

/** Sends the changes in the usual spelling, then in others where it is refused. What the server takes is learned. */
async function patchSpelt(
  current: TargetObject,
  changes: readonly AttributeChange[],
  { without }: Shape,
  tools: ObjectTools,
  signal: AbortSignal,
): Promise<ScimAnswer> {
  const { learned } = tools
  const { addOperation, wholeLists } = learned.current()
  const usual = { addOperation, wholeLists, without }
  const first = patchOperations(current, changes, usual)
  const tried = new Set([JSON.stringify(first)])
  let answer = await patchObject(current, first, tools, signal)
  for (const { after, spelling, learns } of otherSpellings(usual)) {
    const other = patchOperations(current, changes, spelling)
    if (answer.status !== after || tried.has(JSON.stringify(other))) continue
    tried.add(JSON.stringify(other))
    answer = await patchObject(current, other, tools, signal)
    if (answer.status < 300 && learns) learned.learn(learns)
  }
  return answer
}

/** Keeps whether the server takes any PATCH of it. */
export function notePatch({ status }: ScimAnswer, what: Changeable, { sightings }: ObjectTools): void {
  if (status < 300) sightings.patches[what].taken = true
  if (status === 501) sightings.patches[what].refused++
}

/** 501 may be about one attribute, so it takes this many of them. 405 is about PATCH itself. */
const REFUSALS_OF_PATCH = 2

/**
 * A PUT was taken where PATCH was refused with 405 or 501: from now on PUT is sent at once where there is no PATCH of the same.
 *
 * Why: there are servers that change the members of a group by PATCH alone, and its name by PUT alone.
 */
export function learnPut({ status }: ScimAnswer, what: Changeable, { sightings, learned }: ObjectTools): void {
  const { taken, refused } = sightings.patches[what]
  if (status !== 405 && (taken || refused < REFUSALS_OF_PATCH)) return
  learned.learn({ puts: [...new Set([...learned.current().puts, what])] })
}

const patchObject = (
  current: TargetObject,
  operations: readonly PatchOperation[],
  tools: ObjectTools,
  signal: AbortSignal,
): Promise<ScimAnswer> =>
  writeAt(
    current.kind,
    current.id,
    {
      method: 'PATCH',
      body: patchBody(operations),
      version: tools.learned.current().etag ? current.version : undefined,
      operation: `update a ${current.kind}`,
    },
    tools,
    signal,
  )

/** What a PUT is to change; all else stays as a fresh read shows it. */
export interface PutChanges {
  readonly changes: readonly AttributeChange[]
  /** @default the members stay */
  readonly members?: (now: readonly string[]) => readonly string[]
}

/** Reads the object, and replaces it as a whole. Errors: `not-found` where it is gone, or where the members of a group are not shown. */
export async function putObject(
  { kind, id }: Pick<TargetObject, 'kind' | 'id'>,
  { changes, members = (now) => now }: PutChanges,
  tools: ObjectTools,
  signal: AbortSignal,
): Promise<ScimAnswer> {
  const operation = `replace a ${kind}`
  const read = await getObject(kind, id, tools, signal)
  if (!read) throw new ConnectorError('not-found', operation, `the ${kind} ${id} is no longer there`)
  if (kind === 'group' && !read.members)
    throw new ConnectorError('not-found', operation, `the target does not show the members of group ${id}`)
  const shape = shapeOf(tools.learned.current(), kind)
  const body = shapeBody(putBody(read, changes, read.members && members(read.members), shape.without), shape)
  const version = tools.learned.current().etag ? read.version : undefined
  return writeAt(kind, id, { method: 'PUT', body, version, operation }, tools, signal)
}
