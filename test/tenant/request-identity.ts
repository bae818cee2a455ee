import { isDeepStrictEqual } from 'node:util'
import { type DocumentNode, Kind, type OperationDefinitionNode, OperationTypeNode, parse } from './graphql.ts'
import { z } from 'zod'
import { decodeCursor, type PageSizes } from './connection.ts'
import type { RequestMatch } from './faults.ts'

const bodySchema = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})

/** What a request asks, as far as schedules care. */
export interface RequestIdentity {
  readonly operation: string
  readonly mutation: boolean
  /** Response names of the root fields. */
  readonly fields: readonly string[]
  readonly variables: Readonly<Record<string, unknown>>
  readonly first: number
  readonly page: number
  /** Equal for two tries of the same logical request. */
  readonly key: string
}

/** Reads a request body; `undefined` when it is not a GraphQL request at all. Assumes variables named `first` and `after`. */
export const requestIdentity = (body: string, sizes: PageSizes): RequestIdentity | undefined => {
  const parsed = bodySchema.safeParse(parseJson(body))
  if (!parsed.success) return undefined
  const { query, operationName } = parsed.data
  const variables = parsed.data.variables ?? {}
  const definition = operationOf(query, operationName ?? undefined)
  const { first: asked, after } = variables
  const first = Math.min(typeof asked === 'number' ? asked : sizes.default, sizes.cap)
  const offset = typeof after === 'string' ? (decodeCursor(after) ?? -1) + 1 : 0
  const operation = operationName ?? definition?.name?.value ?? ''
  const logical = Object.entries(variables).filter(([, value]) => typeof value !== 'number' && value !== null)
  return {
    operation,
    mutation: definition?.operation === OperationTypeNode.MUTATION,
    fields: rootFields(definition),
    variables,
    first,
    page: Math.floor(offset / Math.max(first, 1)),
    key: JSON.stringify([operation, ...logical.toSorted(([a], [b]) => (a < b ? -1 : 1))]),
  }
}

/** Whether the request is the one meant. `attempt` counts from 1. */
export const matches = (when: RequestMatch, request: RequestIdentity, attempt: number): boolean =>
  (when.operation ?? request.operation) === request.operation &&
  (when.page ?? request.page) === request.page &&
  (when.attempt ?? attempt) === attempt &&
  request.first > (when.whenFirstAbove ?? -1) &&
  mostIds(request) > (when.whenIdsAbove ?? -1) &&
  Object.entries(when.variables ?? {}).every(([name, value]) => isDeepStrictEqual(request.variables[name], value))

const mostIds = ({ variables }: RequestIdentity): number =>
  Math.max(0, ...Object.values(variables).map((value) => (Array.isArray(value) ? value.length : 0)))

function rootFields(definition: OperationDefinitionNode | undefined): readonly string[] {
  const fields = definition?.selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD) ?? []
  return fields.map((field) => field.alias?.value ?? field.name.value)
}

const documents = new Map<string, DocumentNode | null>()

function operationOf(query: string, name: string | undefined): OperationDefinitionNode | undefined {
  let document = documents.get(query)
  if (document === undefined) {
    document = parseDocument(query)
    if (documents.size > 200) documents.clear()
    documents.set(query, document)
  }
  return document?.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .find((definition) => name === undefined || definition.name?.value === name)
}

function parseDocument(query: string): DocumentNode | null {
  try {
    return parse(query)
  } catch {
    return null
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
