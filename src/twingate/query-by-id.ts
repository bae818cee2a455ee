import { ConnectorError } from '../sdk/ground/errors.ts'
import { sound } from '../sdk/contract/refuse.ts'
import type { ClientCall, Query, TwingateClient } from './client.ts'
import { heldAgainst, probeIdOf, type IdKind } from './global-id.ts'
import { answerErrorsOf } from './graphql-errors.ts'
import { judgeRefused } from './refused-thing.ts'

/** What to ask about one object. The query has a variable `id`. */
export interface IdQuestion<T, N> {
  readonly kind: IdKind
  readonly id: string
  readonly query: Query<T>
  readonly variables: Readonly<Record<string, unknown>>
  /** The object in the answer. */
  readonly objectIn: (answer: T) => N | null
}

/**
 * The one object of an id; `undefined` where the API says that there is none.
 *
 * Errors: as `client.query`; `not-found` where the API cannot read this id while it reads others, where it gives another object for it, and where the id
 * is of an unknown form and nothing is found under it.
 */
export async function queryById<T, N extends { readonly id: string }>(
  client: TwingateClient,
  { kind, id, query, variables, objectIn }: IdQuestion<T, N>,
  call: ClientCall,
): Promise<N | undefined> {
  const ask = async (about: string) => objectIn(await client.query(query, { ...variables, id: about }, call))
  return sound(heldAgainst(kind, id, await ask(id).catch(judge)))

  function judge(caught: unknown): Promise<N | null | ConnectorError> {
    const error = ConnectorError.from(caught, query.operation)
    const isInside = answerErrorsOf(error).some(({ path }) => path && path.length > 1)
    // The object was found, and what cannot be shown of it is not the id's fault.
    if (isInside) throw error
    const [again, probe] = [() => ask(id), () => ask(probeIdOf(kind))]
    return judgeRefused({ error, thing: JSON.stringify(id), again, probe })
  }
}
