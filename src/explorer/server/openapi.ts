import { z } from 'zod'
import { Failure } from './answers.ts'
import { ENDPOINTS } from './endpoints.ts'

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
    paths: Object.fromEntries(paths) as Readonly<Record<string, unknown>>,
  }
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
