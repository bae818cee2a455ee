import type { Kind } from '../model.ts'
import { matchByImage } from '../match/match.ts'
import { seek } from '../match/seek.ts'
import { keepTies } from '../match/ties.ts'
import { planObjects } from '../plan/plan-objects.ts'
import type { NewOperation } from '../state/operations.ts'
import type { Acting } from './acting.ts'
import { lookAt } from './look.ts'
import type { Sent } from './outcome.ts'
import { runPool } from './pool.ts'
import { Rounds } from './rounds.ts'
import { sendObject } from './send-object.ts'
import { Verification } from './verification.ts'

/**
 * Creates and updates all objects of a kind: sends, looks at what the target shows, and sends again what differs for a reason that may pass. Each
 * operation ends as done or failed, unless the run is stopped.
 *
 * Errors: those that end the cycle.
 */
export async function settleObjects(acting: Acting, kind: Kind): Promise<void> {
  const { operations, stop } = acting
  const verification = new Verification(acting)
  const rounds = new Rounds(acting)
  let round = operations.ids(['planned'], { kind, actions: ['create', 'update', 'enable', 'disable'] })
  while (round.length > 0 && !stop.aborted) {
    const sent: Sent[] = []
    await runPool(
      round,
      rounds.width,
      () => stop.aborted,
      async (id) => {
        const operation = operations.get(id)
        if (operation?.source === undefined) return
        sent.push({ id, source: operation.source, outcome: await sendObject(acting, operation) })
      },
    )
    round = verification.judge(sent, await differences(acting, kind, sent))
    if (round.length > 0) await rounds.next(sent.map(({ outcome }) => outcome))
  }
}

/** What still differs of what was sent, by source key, after a look at the target. */
async function differences(
  acting: Acting,
  kind: Kind,
  sent: readonly Sent[],
): Promise<ReadonlyMap<number, NewOperation>> {
  const { database, looker, halt, policy, plan, clock } = acting
  const sources = new Set(sent.map(({ source }) => source))
  const { tied, seekers } = whereabouts(acting, sources)
  const looked = await lookAt(looker, kind, tied, halt)
  const sought =
    looked === 'listed'
      ? { listed: true, absent: new Set<number>() }
      : await seek(database, looker, policy, kind, seekers, halt)
  if (seekers.length > 0) {
    matchByImage(database, policy, kind, new Set(seekers))
    keepTies(database, clock.now().toISOString())
  }
  const left = new Map<number, NewOperation>()
  planObjects(
    {
      ...plan,
      listed: { ...plan.listed, [kind]: sought.listed },
      provenAbsent: sought.absent,
      only: sources,
      add: (operation) => {
        if (operation.source === undefined) return
        if (operation.state === 'planned' || operation.action === 'create') left.set(operation.source, operation)
      },
    },
    kind,
  )
  return left
}

/** Which of the source keys are tied, as target keys, and which are not. */
function whereabouts(
  { database }: Acting,
  sources: ReadonlySet<number>,
): { readonly tied: readonly number[]; readonly seekers: readonly number[] } {
  const tieOf = database.prepare('select target_key from temp.tie where source_key = ?')
  const tied: number[] = []
  const seekers: number[] = []
  for (const source of sources) {
    const target = tieOf.get(source)?.['target_key']
    if (typeof target === 'number') tied.push(target)
    else seekers.push(source)
  }
  return { tied, seekers }
}
