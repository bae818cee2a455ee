import { z } from 'zod'
import { Failure } from './answers.ts'
import { ENDPOINTS, NewDecision, RunTable, Undecided } from './endpoints.ts'

/** The API as an OpenAPI 3.1 document, from the same schemas that check questions. */
export function openApi(version: string) {
  const failure = {
    description: 'why there is no answer',
    content: { 'application/json': { schema: schemaOf(Failure) } },
  }
  const paths = Object.entries(ENDPOINTS).map(([name, { summary, query, answer }]) => [
    `/api/${name}`,
    {
      get: {
        operationId: name,
        summary,
        parameters: parametersOf(query),
        responses: {
          '200': { description: summary, content: { 'application/json': { schema: schemaOf(answer) } } },
          ...Object.fromEntries(['400', '401', '403', '404', '409', '422'].map((status) => [status, failure])),
        },
      },
    },
  ])
  return {
    openapi: '3.1.0',
    info: { title: 'Explorer of Baton snapshots', version },
    components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'explorer_<port>' } } },
    security: [{ session: [] }],
    paths: withMore(Object.fromEntries(paths) as Paths, failure),
  }
}

type Paths = Record<string, Record<string, unknown>>

/** Tables as CSV take the words of the question of the same name. */
const TABLES = ['things', 'access', 'holders', 'shared', 'changes', 'findings', 'history', 'review'] as const

/** What is no JSON, and what writes: decisions, with the word of `/api/session` in a header. */
function withMore(paths: Paths, failure: object): Paths {
  const file = (type: string, summary: string) => ({
    '200': { description: summary, content: { [type]: {} } },
    '401': failure,
    '404': failure,
  })
  const where = parametersOf(ENDPOINTS.overview.query)
  const csrf = { name: 'x-explorer-csrf', in: 'header', required: true, schema: { type: 'string' } }
  const done = { '200': { description: 'done' }, '403': failure, '404': failure }
  for (const name of TABLES) {
    const summary = `${ENDPOINTS[name].summary}, all rows`
    const parameters = parametersOf(ENDPOINTS[name].query)
    paths[`/api/csv/${name}`] = {
      get: { operationId: `${name}Csv`, summary, parameters, responses: file('text/csv', summary) },
    }
  }
  const runs = 'errors of the daemon, cycles or log of the engine of scim'
  paths['/api/csv/runs'] = {
    get: {
      operationId: 'runsCsv',
      summary: runs,
      parameters: parametersOf(RunTable),
      responses: file('text/csv', runs),
    },
  }
  for (const [path, type, summary] of [
    ['apply.csv', 'text/csv', 'what is to be revoked, as apply takes it'],
    ['evidence.html', 'text/html', 'all decisions, signed'],
  ] as const)
    paths[`/api/review/${path}`] = { get: { summary, parameters: where, responses: file(type, summary) } }
  paths['/api/review'] = {
    ...paths['/api/review'],
    post: {
      operationId: 'decide',
      summary: 'keep or revoke one grant',
      parameters: [...where, csrf],
      requestBody: { required: true, content: { 'application/json': { schema: inputOf(NewDecision) } } },
      responses: done,
    },
    delete: {
      operationId: 'undecide',
      summary: 'take a decision back',
      parameters: [...parametersOf(Undecided), csrf],
      responses: done,
    },
  }
  return paths
}

const inputOf = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest
}

const schemaOf = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'output' })
  return rest
}

function parametersOf(query: z.ZodObject) {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' })
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}
