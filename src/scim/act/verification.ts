import type { AttributeChange } from '../model.ts'
import type { NewOperation, Operation } from '../state/operations.ts'
import type { Acting } from './acting.ts'
import { logCode, type Sent } from './outcome.ts'

/** If many objects differ in the same way, so many of them are sent again first, to see whether that helps. */
const SAMPLE = 2
const MOST_ATTEMPTS = 4

/** An operation that was answered, and what differs all the same. */
interface Ineffective {
  readonly operation: Operation
  readonly rest: NewOperation
}

/** Objects that differ in the same way: some are sent again, the others wait for what comes of it. */
interface Sample {
  readonly tried: ReadonlySet<number>
  readonly waiting: readonly Ineffective[]
}

/**
 * Decides what becomes of operations that were sent, by what the target shows.
 *
 * A value that was answered twice and still shows otherwise is the target's way of storing it, and is remembered; where it shows what stood there
 * before, the write had no effect, which is a failure.
 */
export class Verification {
  readonly #acting: Acting
  readonly #samples = new Map<string, Sample>()
  /** Operations whose values were refused in part. */
  readonly #cut = new Set<number>()

  constructor(acting: Acting) {
    this.#acting = acting
  }

  /** Ends operations as done or failed, and gives those to be sent again. `left` is what still differs, by source key. */
  judge(sent: readonly Sent[], left: ReadonlyMap<number, NewOperation>): readonly number[] {
    const again: number[] = []
    const ineffective: Ineffective[] = []
    const unchanged = new Map<number, string>()
    // A name that stood in the way may have become free.
    const went = sent.some(({ source }) => !left.has(source))
    for (const { id, source, outcome } of sent) {
      const rest = left.get(source)
      const operation = this.#acting.operations.get(id)
      if (!operation) continue
      if (outcome.kind === 'answered' && outcome.cut) this.#cut.add(id)
      if (rest) unchanged.set(id, signature(operation, rest.changes))
      if (!rest) this.#end(operation)
      else if (outcome.kind === 'answered') ineffective.push({ operation, rest })
      else if (this.#isNotKept(operation, outcome, rest)) this.#settle({ operation, rest })
      else if (mayPass(operation, outcome, rest, went)) again.push(this.#replan(operation, rest))
      else this.#fail(operation, logCode(outcome.error), outcome.error.detail)
    }
    again.push(...this.#closeSamples(unchanged))
    for (const one of ineffective.filter(({ operation }) => operation.attempts >= 2)) this.#settle(one)
    again.push(...this.#openSamples(ineffective.filter(({ operation }) => operation.attempts < 2)))
    return again
  }

  /**
   * Whether a refusal is of values that the target took before and never showed: of what a new object lacks, or of an attribute that it has never kept.
   *
   * Why: there are servers that ignore in a POST what they refuse in a PATCH.
   */
  #isNotKept({ id, action, target, source }: Operation, outcome: Sent['outcome'], rest: NewOperation): boolean {
    if (outcome.kind !== 'refused' || rest.action === 'create') return false
    if (rest.changes.some(({ path, before }) => before !== undefined || path === 'active')) return false
    if (action === 'create') return target !== undefined && !this.#cut.has(id)
    const isKnown = this.#acting.database.prepare(
      'select 1 from rewritten where source_key = ? and path = ? and shown is null',
    )
    return rest.changes.every(({ path }) => isKnown.get(source ?? null, path) !== undefined)
  }

  /** If sending again helped no object of a sample, the others are not sent again. */
  #closeSamples(unchanged: ReadonlyMap<number, string>): readonly number[] {
    const again: number[] = []
    for (const [how, { tried, waiting }] of this.#samples) {
      const isHopeless = [...tried].every((id) => unchanged.get(id) === how)
      for (const one of waiting)
        if (isHopeless) this.#settle(one)
        else again.push(this.#resend(one))
    }
    this.#samples.clear()
    return again
  }

  #openSamples(ineffective: readonly Ineffective[]): readonly number[] {
    const again: number[] = []
    const byHow = Map.groupBy(ineffective, ({ operation, rest }) => signature(operation, rest.changes))
    for (const [how, members] of byHow) {
      const tried = members.slice(0, SAMPLE)
      this.#samples.set(how, {
        tried: new Set(tried.map(({ operation }) => operation.id)),
        waiting: members.slice(SAMPLE),
      })
      for (const one of tried) again.push(this.#resend(one))
    }
    return again
  }

  #resend({ operation, rest }: Ineffective): number {
    if (rest.action === 'create') return this.#replan(operation, rest)
    this.#acting.operations.reduce(operation.id, rest.changes)
    return operation.id
  }

  /** Replaces the operation by what is left to do: after a failed create, or an update of an object that vanished or was found. */
  #replan(operation: Operation, rest: NewOperation): number {
    const { operations } = this.#acting
    if (operation.action === 'create' && rest.action !== 'create' && operation.target !== undefined)
      operations.reduce(operation.id, rest.changes)
    else operations.replace(operation.id, rest)
    return operation.id
  }

  #settle({ operation, rest }: Ineffective): void {
    const stuck = rest.changes.filter((change) => isWithoutEffect(operation, change))
    if (stuck.length > 0 || rest.action === 'create') {
      const what = stuck.map(({ path }) => path).join(', ')
      const detail =
        rest.action === 'create'
          ? 'the target reported the create as done, but does not show the object'
          : `the target accepted the change, but still shows the old ${what}`
      this.#fail(operation, 'WriteWithoutEffect', detail)
      return
    }
    this.#remember(operation, rest.changes)
    const hidden = this.#acting.policy.hidden[operation.kind]
    const details = rest.changes.map(({ path, after, before }) => {
      if (hidden.has(path)) return `${path} in its own way`
      return `${path} ${quote(after)} as ${before === undefined ? 'nothing' : quote(before)}`
    })
    this.#end(operation, 'RewrittenByTarget', `the target stores ${details.join(', ')}`)
  }

  #remember({ source }: Operation, changes: readonly AttributeChange[]): void {
    const put = this.#acting.database.prepare(
      'insert into rewritten values (?, ?, ?, ?) on conflict do update set sent = excluded.sent, shown = excluded.shown',
    )
    for (const { path, after, before } of changes)
      put.run(source ?? null, path, JSON.stringify(after), before === undefined ? null : JSON.stringify(before))
  }

  #end({ id }: Operation, code?: string, detail?: string): void {
    const { operations, clock } = this.#acting
    operations.ended(id, 'done', clock.now(), {
      ...(code !== undefined && { code }),
      ...(detail !== undefined && { detail }),
    })
  }

  #fail({ id }: Operation, code: string, detail: string): void {
    const { operations, clock } = this.#acting
    operations.ended(id, 'failed', clock.now(), { code, detail })
  }
}

const quote = (value: unknown): string => JSON.stringify(value)

const signature = ({ action, kind }: Operation, changes: readonly AttributeChange[]): string =>
  [kind, action, ...changes.map(({ path }) => path).sort()].join('\n')

/**
 * What nobody may take for done: that somebody was disabled, or enabled, where the target does not show it; and a change after which the old value
 * stands there. What a new object lacks, or shows otherwise, the target does not keep; one without `active` is active.
 */
function isWithoutEffect(operation: Operation, { path, before, after }: AttributeChange): boolean {
  if (path === 'active') return after === false || before !== undefined
  if (operation.action === 'create') return false
  const original = operation.changes.find((change) => change.path === path)
  return original !== undefined && before !== undefined && original.before === before
}

/** A lost answer, an object that vanished or was found, a name that another object may have given up meanwhile. */
function mayPass(
  operation: Operation,
  outcome: Exclude<Sent['outcome'], { kind: 'answered' }>,
  rest: NewOperation,
  othersWent: boolean,
): boolean {
  if (rest.state === 'held' || operation.attempts >= MOST_ATTEMPTS) return false
  if (outcome.kind === 'refused') return false
  if (outcome.kind === 'conflict' && rest.action === operation.action) return othersWent
  return true
}
