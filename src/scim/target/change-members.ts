import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Kind } from '../model.ts'
import { addMembers, removeMembers } from './members.ts'
import { patchBody, type PatchOperation } from './patch.ts'
import { getObject, type ObjectTools } from './read-object.ts'
import { refusal, type ScimAnswer } from './refusal.ts'
import type { MemberChange, MembersWritten } from './target.ts'
import { learnPut, notePatch, putObject } from './update.ts'
import { writeAt } from './write-at.ts'

/** What a server has shown about a spelling while this program runs. */
export interface SpellingSeen {
  /** A change in the profile's spelling was taken. */
  taken: boolean
  /** The other spelling was tried and did harm or nothing. */
  otherFailed: boolean
}

export interface MemberTools extends ObjectTools {
  readonly spellings: { readonly add: SpellingSeen; readonly remove: SpellingSeen }
}

/** Refusals that may be about the size of a batch or about one id in it. */
const OF_THE_BATCH = new Set([400, 404, 409, 413, 422, 500])

/** So many ids refused one by one, and none taken, mean that the server refuses them all. */
const MOST_BLAMED = 4

const isTaken = ({ status }: ScimAnswer): boolean => status < 300

/**
 * Changes members in batches of what the profile allows. A refused batch is halved until single ids are to blame; a smaller batch that is taken is
 * learned where no id was. Where the server does not take a spelling, the other one is tried, see `removeOther` and `addOther`.
 *
 * Errors: as `Target`, and the last refusal where the first ids are refused one by one and none is taken; what was taken before an error stays.
 */
export async function changeMembers(
  group: string,
  change: MemberChange,
  tools: MemberTools,
  signal: AbortSignal,
): Promise<MembersWritten> {
  const { learned } = tools
  const pending = cut([...new Set('add' in change ? change.add : change.remove)], learned.current().membersPerRequest)
  const refused: { id: string; error: ConnectorError }[] = []
  let status = 204
  let smallestRefused = Infinity
  let largestTaken = 0
  for (let batch = pending.shift(); batch; batch = pending.shift()) {
    const answer = await sendBatch(group, batch, change, tools, signal)
    if (isTaken(answer)) {
      status = answer.status
      largestTaken = Math.max(largestTaken, batch.length)
      continue
    }
    await checkBatchRefusal(group, answer, change, tools, signal)
    const [id = ''] = batch
    if (batch.length > 1) {
      smallestRefused = Math.min(smallestRefused, batch.length)
      pending.unshift(...(await smallerBatches(group, batch, { answer, change }, tools, signal)))
    } else if (await trySingle(group, id, change, tools, signal)) largestTaken = Math.max(largestTaken, 1)
    else {
      refused.push({ id, error: refusal(answer) })
      if (largestTaken === 0 && refused.length >= MOST_BLAMED && pending.length > 0) throw refusal(answer)
    }
  }
  if (refused.length === 0 && largestTaken > 0 && largestTaken < smallestRefused && smallestRefused < Infinity)
    learned.learn({ membersPerRequest: largestTaken })
  return { status, refused }
}

/** The halves of a refused batch; after 501 one id first, then the rest. After 500, ids that the server changed all the same are left out. */
async function smallerBatches(
  group: string,
  batch: readonly string[],
  { answer, change }: { readonly answer: ScimAnswer; readonly change: MemberChange },
  tools: MemberTools,
  signal: AbortSignal,
): Promise<readonly (readonly string[])[]> {
  if (answer.status === 501) return [batch.slice(0, 1), batch.slice(1)]
  if (answer.status !== 500) return cut(batch, Math.ceil(batch.length / 2))
  const now = new Set(await membersNow(group, tools, signal))
  const left = batch.filter((id) => now.has(id) !== 'add' in change)
  return cut(left, Math.ceil(batch.length / 2))
}

function cut(ids: readonly string[], size: number): (readonly string[])[] {
  const batches: (readonly string[])[] = []
  for (let at = 0; at < ids.length; at += size) batches.push(ids.slice(at, at + size))
  return batches
}

/** Throws unless the refusal may be of the batch: a group that is gone, or a failure that halving cannot help. */
async function checkBatchRefusal(
  group: string,
  answer: ScimAnswer,
  change: MemberChange,
  tools: MemberTools,
  signal: AbortSignal,
): Promise<void> {
  const isSpelling = answer.status === 501 && 'remove' in change
  if (!OF_THE_BATCH.has(answer.status) && !isSpelling) throw refusal(answer)
  if (answer.status === 404 && !(await getObject('group', group, tools, signal))) throw refusal(answer)
}

async function sendBatch(
  group: string,
  ids: readonly string[],
  change: MemberChange,
  tools: MemberTools,
  signal: AbortSignal,
): Promise<ScimAnswer> {
  const { exchange, learned, spellings } = tools
  const profile = learned.current()
  const isAdd = 'add' in change
  if (profile.puts.includes('members')) return putMembers(group, ids, isAdd, tools, signal)
  if (!isAdd && profile.memberRemoval === 'list') return keepOthers(group, ids, tools, signal)
  const spelling = profile.memberRemoval === 'value' ? 'value' : 'filter'
  const operations = isAdd
    ? addMembers(ids, change.kind ?? 'user', exchange.url, profile)
    : removeMembers(ids, spelling)
  const answer = await patchGroup(group, operations, isAdd, tools, signal)
  if (isTaken(answer)) spellings[isAdd ? 'add' : 'remove'].taken = true
  if (answer.status === 405) return putInstead(group, ids, { isAdd, answer }, tools, signal)
  if (answer.status !== 501 || !isAdd) {
    if (isTaken(answer)) notePatch(answer, 'members', tools)
    return answer
  }
  // A server without `add` takes the whole list; what others add at the same moment would be lost, so this is the last resort but one.
  const replaced = await replaceMembers(group, ids, tools, signal)
  notePatch(replaced, 'members', tools)
  return replaced.status === 501 ? putInstead(group, ids, { isAdd, answer: replaced }, tools, signal) : replaced
}

/** Replaces the group where its PATCH was refused as a whole. Gives the refusal where that is not taken, either. */
async function putInstead(
  group: string,
  ids: readonly string[],
  { isAdd, answer }: { readonly isAdd: boolean; readonly answer: ScimAnswer },
  tools: MemberTools,
  signal: AbortSignal,
): Promise<ScimAnswer> {
  const put = await putMembers(group, ids, isAdd, tools, signal)
  if (isTaken(put)) learnPut(answer, 'members', tools)
  return isTaken(put) ? put : answer
}

const patchGroup = (
  group: string,
  operations: readonly PatchOperation[],
  isAdd: boolean,
  tools: MemberTools,
  signal: AbortSignal,
): Promise<ScimAnswer> =>
  writeAt(
    'group',
    group,
    { method: 'PATCH', body: patchBody(operations), operation: isAdd ? 'add members' : 'remove members' },
    tools,
    signal,
  )

async function membersNow(group: string, tools: MemberTools, signal: AbortSignal): Promise<readonly string[]> {
  const read = await getObject('group', group, tools, signal)
  if (read?.members) return read.members
  throw new ConnectorError('not-found', 'change members', `the target does not show the members of group ${group}`)
}

/** Removes members by sending all others. What others add at the same moment is lost, so this is the last resort. */
async function keepOthers(
  group: string,
  ids: readonly string[],
  tools: MemberTools,
  signal: AbortSignal,
): Promise<ScimAnswer> {
  const now = await membersNow(group, tools, signal)
  const kept = now.filter((id) => !ids.includes(id))
  const [operation] = addMembers(kept, 'user', tools.exchange.url, tools.learned.current())
  return patchGroup(group, operation ? [{ ...operation, op: 'replace' }] : [], false, tools, signal)
}

async function replaceMembers(
  group: string,
  ids: readonly string[],
  tools: MemberTools,
  signal: AbortSignal,
): Promise<ScimAnswer> {
  const all = [...new Set([...(await membersNow(group, tools, signal)), ...ids])]
  const [operation] = addMembers(all, 'user', tools.exchange.url, tools.learned.current())
  return patchGroup(group, operation ? [{ ...operation, op: 'replace' }] : [], true, tools, signal)
}

async function putMembers(
  group: string,
  ids: readonly string[],
  isAdd: boolean,
  tools: MemberTools,
  signal: AbortSignal,
): Promise<ScimAnswer> {
  const wanted = (members: readonly string[]): readonly string[] =>
    isAdd ? [...new Set([...members, ...ids])] : members.filter((id) => !ids.includes(id))
  return putObject({ kind: 'group', id: group }, { changes: [], members: wanted }, tools, signal)
}

/** Whether a single change that was refused stands all the same, or is taken in the other spelling. */
async function trySingle(
  group: string,
  id: string,
  change: MemberChange,
  tools: MemberTools,
  signal: AbortSignal,
): Promise<boolean> {
  const before = await membersNow(group, tools, signal)
  if (before.includes(id) === 'add' in change) return true
  if (tools.learned.current().puts.includes('members')) return false
  return 'add' in change
    ? addOther(group, id, change.kind ?? 'user', tools, signal)
    : removeOther(group, { id, before }, tools, signal)
}

/** Adds one member with `$ref`, which some servers require and do not all say so. */
async function addOther(
  group: string,
  id: string,
  kind: Kind,
  tools: MemberTools,
  signal: AbortSignal,
): Promise<boolean> {
  const { exchange, learned, spellings } = tools
  if (spellings.add.taken || spellings.add.otherFailed || learned.current().memberRef) return false
  const operations = addMembers([id], kind, exchange.url, { memberRef: true })
  const answer = await patchGroup(group, operations, true, tools, signal)
  if (isTaken(answer)) learned.learn({ memberRef: true })
  else spellings.add.otherFailed = true
  return isTaken(answer)
}

/**
 * Removes one member in the other spelling, then by sending all others, and looks what that did. Gives whether the member is gone.
 *
 * Why: a server that ignores the value of `remove members` removes them all. So the spelling is tried for one member, where the profile's own was never
 * taken, and is learned only where all others are still there.
 */
async function removeOther(
  group: string,
  { id, before }: { readonly id: string; readonly before: readonly string[] },
  tools: MemberTools,
  signal: AbortSignal,
): Promise<boolean> {
  const { learned, spellings } = tools
  if (spellings.remove.taken || spellings.remove.otherFailed || learned.current().memberRemoval !== 'filter')
    return false
  for (const memberRemoval of ['value', 'list'] as const) {
    const answer =
      memberRemoval === 'value'
        ? await patchGroup(group, removeMembers([id], 'value'), false, tools, signal)
        : await keepOthers(group, [id], tools, signal)
    if (answer.status === 501) {
      notePatch(answer, 'members', tools)
      return isTaken(await putInstead(group, [id], { isAdd: false, answer }, tools, signal))
    }
    const after = isTaken(answer) ? await membersNow(group, tools, signal) : before
    const isWhole = noteLost(group, { id, before, after }, tools)
    if (!after.includes(id)) {
      if (isWhole) learned.learn({ memberRemoval })
      return true
    }
  }
  spellings.remove.otherFailed = true
  return false
}

/** Whether all others are still there; says so where they are not. */
function noteLost(
  group: string,
  { id, before, after }: { readonly id: string; readonly before: readonly string[]; readonly after: readonly string[] },
  { log }: MemberTools,
): boolean {
  const lost = before.filter((other) => other !== id && !after.includes(other))
  if (lost.length > 0) log.error('the target removed other members too', { group, member: id, others: lost.length })
  return lost.length === 0
}
