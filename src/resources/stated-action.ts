import type { Action, PlannedChange, ProvisionCall } from '../sdk/contract/provisioner.ts'
import { actionValues } from '../sdk/contract/action-values.ts'
import { isNeeded, refuse, sound } from '../sdk/contract/refuse.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ResourceId } from '../sdk/model/model.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'
import { changeRetryPolicy, persist, sendOrLook } from '../sdk/pacing/send-or-look.ts'
import { type IdKind, isIdOf, notAnIdError } from '../twingate/global-id.ts'

/** A kind of thing that actions bring from one state into another. */
export interface StatedThing<T> {
  readonly kind: IdKind
  /** Resource type, of which `<type>_id` is the argument. */
  readonly type: string
  /** For people: `device`. */
  readonly word: string
  read(this: void, id: string, call: ProvisionCall): Promise<T | undefined>
}

/** One action on it. */
export interface StatedAction<T> extends Pick<Action, 'name' | 'displayName' | 'description'> {
  /** The state in words, as it is and as it is wanted; equal where there is nothing to do. */
  readonly states: (thing: T) => { readonly before: string; readonly after: string }
  /** Why it cannot be done to this thing. @default it can */
  readonly guard?: (thing: T) => string | undefined
  /** What a person should confirm before it is done to this thing, as in `PlannedChange`. @default nothing */
  readonly concern?: (thing: T) => string | undefined
  /** Sends the change once. */
  send(this: void, id: string, call: ProvisionCall): Promise<unknown>
}

/**
 * An action that is judged by the state of now, sent once, and looked at where its answer was lost.
 *
 * Errors: `not-found`, `failed-precondition` for a guard, the server's refusal.
 */
export function statedAction<T>(
  thing: StatedThing<T>,
  kind: StatedAction<T>,
  retry: RetryPolicy = changeRetryPolicy,
): Action {
  const { name, displayName, description } = kind
  const argument = `${thing.type.replaceAll('-', '_')}_id`
  const fields = [{ name: argument, displayName: 'Id', description: `Id of the ${thing.word}`, required: true }]

  const judge = async (id: ResourceId, call: ProvisionCall): Promise<PlannedChange<ResourceId>> => {
    if (!isIdOf(thing.kind, id.id)) return { change: id, verdict: 'refused', error: notAnIdError(thing.kind, id.id) }
    const found = await persist(() => thing.read(id.id, call), { operation: name, retry, call })
    if (!found) return refuse(id, 'not-found', name, `there is no ${thing.word} ${id.id}; look it up again`)
    const { before, after } = kind.states(found)
    if (before === after) return { change: id, verdict: 'settled', state: before }
    const reason = kind.guard?.(found)
    if (reason !== undefined) return refuse(id, 'failed-precondition', name, reason)
    const concern = kind.concern?.(found)
    return { change: id, verdict: 'needed', before, after, ...(concern !== undefined && { concern }) }
  }
  /** Whether the wanted state is there, after the change was sent. */
  const look = async (id: ResourceId, call: ProvisionCall): Promise<true | undefined> => {
    const now = sound(await thing.read(id.id, call))
    if (!now) throw new ConnectorError('not-found', name, `the ${thing.word} ${id.id} was deleted meanwhile`)
    const { before, after } = kind.states(now)
    return before === after ? true : undefined
  }
  const idOf = (args: Readonly<Record<string, unknown>>): ResourceId => ({
    type: thing.type,
    id: actionValues(args, { name, fields })[argument] ?? '',
  })

  return Object.freeze({
    name,
    displayName,
    description,
    types: ['ACTION_TYPE_DYNAMIC'],
    fields,
    plan: async (args: Readonly<Record<string, unknown>>, call: ProvisionCall) => judge(idOf(args), call),

    async invoke(args: Readonly<Record<string, unknown>>, call: ProvisionCall) {
      const id = idOf(args)
      const needed = isNeeded(await judge(id, call))
      if (needed)
        await sendOrLook<true>({
          send: () =>
            kind.send(id.id, call).then(
              (): true => true,
              async (error: unknown): Promise<true> => {
                // Somebody else may have been quicker, and then there is nothing left to refuse.
                if (isRefusal(error) && (await look(id, call))) return true
                throw error
              },
            ),
          look: () => look(id, call),
          ...{ operation: name, retry, call },
        })
      return { success: true, [argument]: id.id, changed: needed }
    },
  })
}

/** Whether Twingate itself said no to a change. */
const isRefusal = (error: unknown): boolean =>
  ConnectorError.is(error) && error.code === 'failed-precondition' && error.reason === 'refused'
