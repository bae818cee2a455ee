import type { Kind } from '../model.ts'
import { isInactive } from '../plan/value-at.ts'
import { type Acting } from './acting.ts'
import { lookAt } from './look.ts'
import { logCode, type Sent } from './outcome.ts'
import { runPool } from './pool.ts'
import { Rounds } from './rounds.ts'
import { sendObject } from './send-object.ts'

const MOST_ATTEMPTS = 3

/**
 * Deletes objects of a kind and looks whether they are gone. Some servers keep a deleted user as an inactive one: that is deleted, too.
 *
 * Errors: those that end the cycle.
 */
export async function settleDeletes(acting: Acting, kind: Kind): Promise<void> {
  const { operations, stop, looker, halt } = acting
  const rounds = new Rounds(acting)
  let round = operations.ids(['planned'], { kind, actions: ['delete'] })
  while (round.length > 0 && !stop.aborted) {
    const sent: (Sent & { readonly target: number })[] = []
    await runPool(
      round,
      rounds.width,
      () => stop.aborted,
      async (id) => {
        const operation = operations.get(id)
        if (operation?.source === undefined || operation.target === undefined) return
        const outcome = await sendObject(acting, operation)
        sent.push({ id, source: operation.source, target: operation.target, outcome })
      },
    )
    await lookAt(
      looker,
      kind,
      sent.map(({ target }) => target),
      halt,
    )
    round = sent.filter((one) => !judge(acting, one)).map(({ id }) => id)
    if (round.length > 0) await rounds.next(sent.map(({ outcome }) => outcome))
  }
}

/** Ends the operation, or gives `false` where it is to be sent again. */
function judge(acting: Acting, { id, target, outcome }: Sent & { readonly target: number }): boolean {
  const { operations, targetImage, clock, database } = acting
  const shown = targetImage.get(target)
  if (!shown || isInactive(shown.attributes)) {
    for (const table of ['temp.tie', 'main.link'])
      database.prepare(`delete from ${table} where target_key = ?`).run(target)
    operations.ended(id, 'done', clock.now())
    return true
  }
  const attempts = operations.get(id)?.attempts ?? MOST_ATTEMPTS
  if (outcome.kind === 'doubtful' && attempts < MOST_ATTEMPTS) return false
  if (outcome.kind === 'answered')
    operations.ended(id, 'failed', clock.now(), {
      code: 'WriteWithoutEffect',
      detail: 'the target reported the delete as done, but still shows the object',
    })
  else operations.ended(id, 'failed', clock.now(), { code: logCode(outcome.error), detail: outcome.error.detail })
  return true
}
