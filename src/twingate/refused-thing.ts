import { ConnectorError, isErrorAnswer } from '../sdk/ground/errors.ts'
import { answerErrorsOf, GRAPHQL_ERRORS } from './graphql-errors.ts'

/** Whether the API answered with errors that leave open if the thing that was asked for is to blame. A refusal of the key is not one of them. */
export const isOpenRefusal = ({ code, reason }: ConnectorError): boolean =>
  isErrorAnswer(reason) && code !== 'permission-denied'

export interface RefusedThing<T> {
  /** The refusal so far. */
  readonly error: ConnectorError
  /** What was asked for, in words. */
  readonly thing: string
  /** Asks for it once more; absent where it was refused more than once. */
  readonly again?: () => Promise<T>
  /** Asks the same of something that the API can always answer for; absent where it has answered meanwhile. */
  readonly probe?: () => Promise<unknown>
}

/**
 * Finds out whether the API refuses one thing, or everything at the moment. Gives the answer that came after all, or the error that stands in its place:
 * `not-found`, and `unavailable` where the thing is there and one of its fields cannot be shown.
 *
 * Errors: the refusal, where the probe is refused as well; those of `again` and `probe` that are no such refusals.
 * Why: the API says in changing words that it cannot read an id, so the words decide nothing.
 */
export async function judgeRefused<T>({ error, thing, again, probe }: RefusedThing<T>): Promise<T | ConnectorError> {
  if (!isOpenRefusal(error)) throw error
  if (probe && ConnectorError.is(await answerOrRefusal(probe))) throw error
  const answer = again ? await answerOrRefusal(again) : error
  return ConnectorError.is(answer) ? standIn(answer, thing) : answer
}

async function answerOrRefusal<T>(ask: () => Promise<T>): Promise<T | ConnectorError> {
  try {
    return await ask()
  } catch (caught) {
    const error = ConnectorError.from(caught, 'ask Twingate')
    if (isOpenRefusal(error)) return error
    throw error
  }
}

function standIn(refusal: ConnectorError, thing: string): ConnectorError {
  const errors = answerErrorsOf(refusal)
  const words = errors.map(({ message }) => message).join('; ')
  const [field] = errors.flatMap(({ path }) => (path && path.length > 1 ? [path.slice(1).join('.')] : []))
  return field === undefined
    ? new ConnectorError(
        'not-found',
        refusal.operation,
        `Twingate cannot read ${thing}: ${words}`,
        refusal,
        GRAPHQL_ERRORS,
      )
    : new ConnectorError(
        'unavailable',
        refusal.operation,
        `Twingate cannot show the field ${field} of ${thing}: ${words}`,
        refusal,
        'refused place',
      )
}
