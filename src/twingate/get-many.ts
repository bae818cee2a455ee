import { ConnectorError } from '../sdk/ground/errors.ts'
import { askMany, type ManyQuery } from './ask-many.ts'
import type { ClientCall, TwingateClient } from './client.ts'
import { malformed } from './graphql-errors.ts'

/**
 * The objects of ids that the API itself gave, in their order; `undefined` where one is gone. The query has a variable `id`.
 *
 * Errors: as `client.query`; that of an id which the API refuses; `unavailable` where it gives another object for it.
 */
export async function getMany<N extends { readonly id: string }>(
  client: TwingateClient,
  query: ManyQuery<N | null>,
  ids: readonly string[],
  call: ClientCall,
): Promise<readonly (N | undefined)[]> {
  const answers = await askMany(
    client,
    query,
    ids.map((id) => ({ id })),
    call,
  )
  return answers.map((answer, i) => {
    if (ConnectorError.is(answer)) throw answer
    if (answer && answer.id !== ids[i])
      throw malformed(`Twingate gives ${answer.id} where ${ids[i] ?? ''} was asked for`, query.operation)
    return answer ?? undefined
  })
}
