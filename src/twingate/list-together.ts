import type { WantedPage } from '../sdk/contract/connector.ts'
import type { ListPage } from '../sdk/contract/syncer.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Asked, Joint, TwingateClient } from './client.ts'

interface Waiting {
  readonly asked: Asked
  readonly answered: PromiseWithResolvers<unknown>
}

/**
 * Pages of several listings from one request, as `Connector.listTogether` wants them.
 *
 * Why: a syncer asks as ever, and its query waits here until the syncers of all the other pages have asked as well, or have come to an end without.
 * Whatever a syncer asks later goes alone.
 */
export async function listTogether(
  client: TwingateClient,
  wanted: readonly WantedPage[],
): Promise<readonly (ListPage | ConnectorError)[]> {
  const [first] = wanted
  if (!first) return []
  const waiting: Waiting[] = []
  let absent = wanted.length
  let sent = false
  const failures: unknown[] = []
  const send = async (): Promise<void> => {
    sent = true
    try {
      const answers = await client.queryTogether(
        waiting.map(({ asked }) => asked),
        first.call,
      )
      for (const [i, { answered }] of waiting.entries()) settle(answered, answers[i])
    } catch (error) {
      failures.push(error)
      for (const { answered } of waiting) answered.reject(error)
    }
  }
  const arrive = (): void => {
    if (--absent === 0 && !sent && waiting.length > 0) void send()
  }
  const jointOf = (arrived: () => void): Joint => ({
    take(asked) {
      if (sent) return undefined
      const answered = Promise.withResolvers<unknown>()
      waiting.push({ asked, answered })
      arrived()
      return answered.promise
    },
  })
  const pages = await Promise.all(
    wanted.map(async ({ syncer, call }) => {
      const arrived = once(arrive)
      try {
        const joined = { ...call, joint: jointOf(arrived) }
        return await syncer.list(joined)
      } catch (caught) {
        return ConnectorError.from(caught, `list ${syncer.type.id}`)
      } finally {
        arrived()
      }
    }),
  )
  // The pages that came without a request are asked for again with the others.
  if (failures.length > 0) throw failures[0]
  return pages
}

function settle(answered: PromiseWithResolvers<unknown>, answer: unknown): void {
  if (ConnectorError.is(answer)) answered.reject(answer)
  else answered.resolve(answer)
}

function once(act: () => void): () => void {
  let done = false
  return () => {
    if (!done) act()
    done = true
  }
}
