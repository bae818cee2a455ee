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

/** A request, and the questions it asks: itself, or those that were joined in it, each with its own name and variables. */
export interface JoinedRequest extends RequestIdentity {
  readonly parts: readonly RequestIdentity[]
}

/** Reads a request body; `undefined` when it is not a GraphQL request at all. Assumes variables named `first` and `after`. */
export const requestIdentity = (body: string, sizes: PageSizes): JoinedRequest | undefined => {
  const parsed = bodySchema.safeParse(parseJson(body))
  if (!parsed.success) return undefined
  const { query, operationName } = parsed.data
  const variables = parsed.data.variables ?? {}
  const definition = operationOf(query, operationName ?? undefined)
  const operation = operationName ?? definition?.name?.value ?? ''
  const mutation = definition?.operation === OperationTypeNode.MUTATION
  const whole = identityOf({ operation, mutation, fields: rootFields(definition), variables }, sizes)
  const names = operation.split('_')
  const parts = names.map((name, i) =>
    identityOf(
      {
        operation: name,
        mutation,
        fields: rootFields(definition, `_${i}`),
        variables: variablesOf(variables, `_${i}`),
      },
      sizes,
    ),
  )
  return { ...whole, parts: names.length > 1 ? parts : [whole] }
}

type Asked = Pick<RequestIdentity, 'operation' | 'mutation' | 'fields' | 'variables'>

function identityOf(asked: Asked, sizes: PageSizes): RequestIdentity {
  const { first: size, after } = asked.variables
  const first = Math.min(typeof size === 'number' ? size : sizes.default, sizes.cap)
  const offset = typeof after === 'string' ? (decodeCursor(after) ?? -1) + 1 : 0
  // A first page among others is asked for without the variable that leaves its overlap out.
  const logical = Object.entries(asked.variables).filter(
    ([name, value]) => typeof value !== 'number' && value !== null && !(name === 'overlaps' && value === false),
  )
  return {
    ...asked,
    first,
    page: Math.floor(offset / Math.max(first, 1)),
    key: JSON.stringify([asked.operation, ...logical.toSorted(([a], [b]) => (a < b ? -1 : 1))]),
  }
}

/** The variables of one question among several, under the names that it has alone. */
const variablesOf = (variables: Readonly<Record<string, unknown>>, suffix: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(variables)
      .filter(([name]) => name.endsWith(suffix))
      .map(([name, value]) => [name.slice(0, -suffix.length), value]),
  )

/** Whether a question is the one meant. `attempt` counts from 1, `lists` says how many questions the request asks. */
export const matches = (when: RequestMatch, request: RequestIdentity, attempt: number, lists = 1): boolean =>
  lists > (when.whenListsAbove ?? 0) &&
  (when.operation ?? request.operation) === request.operation &&
  (when.page ?? request.page) === request.page &&
  (when.attempt ?? attempt) === attempt &&
  request.first > (when.whenFirstAbove ?? -1) &&
  mostIds(request) > (when.whenIdsAbove ?? -1) &&
  Object.entries(when.variables ?? {}).every(([name, value]) => isDeepStrictEqual(request.variables[name], value))

const mostIds = ({ variables }: RequestIdentity): number =>
  Math.max(0, ...Object.values(variables).map((value) => (Array.isArray(value) ? value.length : 0)))

/** Response names of the root fields; with a suffix those alone whose variables end so. */
function rootFields(definition: OperationDefinitionNode | undefined, suffix = ''): readonly string[] {
  const all = definition?.selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD) ?? []
  const fields = all.filter(({ arguments: given = [] }) =>
    suffix === '' ? true : given.some(({ value }) => value.kind === Kind.VARIABLE && value.name.value.endsWith(suffix)),
  )
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
