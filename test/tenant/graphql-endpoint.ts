import { type ExecutionArgs, parse, visit } from './graphql.ts'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { PageSizes } from './connection.ts'
import type { Habits } from './habits.ts'
import { executeQuery } from './query-executor.ts'
import { errorsReply, jsonReply, type Reply } from './reply.ts'
import { tenantSchema } from './tenant-schema.ts'
import type { Tenant } from './tenant.ts'

/** Answers one GraphQL request body truthfully. */
export type GraphqlEndpoint = (body: string) => Promise<Reply>

/** Where the API lives on every Twingate host; the trailing slash belongs to it. */
export const GRAPHQL_PATH = '/api/graphql/'

export interface EndpointOptions {
  readonly sizes: PageSizes
  readonly habits?: Habits
  /** False leaves every query to the general executor. @default true */
  readonly fast?: boolean
}

/** GraphQL over one tenant, without authentication, limits or faults. */
export const graphqlEndpoint = (tenant: Tenant, { sizes, habits, fast = true }: EndpointOptions): GraphqlEndpoint => {
  const yoga = createYoga({
    schema: tenantSchema(tenant, sizes, habits),
    graphqlEndpoint: GRAPHQL_PATH,
    plugins: fast ? [fastQueries] : [],
    logging: false,
    graphiql: false,
    landingPage: false,
    maskedErrors: false,
  })
  return async (body) => {
    const found = habits?.aliasLimit === undefined ? 0 : countAliases(body)
    if (found > (habits?.aliasLimit ?? 0))
      return errorsReply(200, `Aliases limit of ${habits?.aliasLimit ?? 0} exceeded, found ${found}.`)
    const response = await yoga.fetch(`http://tenant${GRAPHQL_PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
    })
    const text = await response.text()
    return jsonReply(response.status, habits?.pathless ? withoutPaths(text) : text)
  }
}

function countAliases(body: string): number {
  let aliases = 0
  const { query } = JSON.parse(body) as { readonly query: string }
  visit(parse(query), { Field: (node) => void (node.alias && aliases++) })
  return aliases
}

function withoutPaths(body: string): string {
  const answer = JSON.parse(body) as { readonly errors?: readonly object[] }
  return JSON.stringify({
    ...answer,
    ...(answer.errors && { errors: answer.errors.map((error) => ({ ...error, path: undefined })) }),
  })
}

const fastQueries: Plugin = {
  onExecute({ executeFn, setExecuteFn }) {
    setExecuteFn((given: ExecutionArgs) => executeQuery(given) ?? executeFn(given))
  },
}
