import { WRITE_KEY } from './api-keys.ts'
import type { RunningTenant } from './start-tenant.ts'

/** One page of a list as the tests read it. */
export interface Page<T> {
  readonly totalCount: number
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly edges: readonly { readonly node: T }[]
}

export interface Reply<T> {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly data: T
  readonly errors: readonly { readonly message: string }[] | undefined
}

export interface Ask {
  readonly key?: string | undefined
  readonly method?: string
  readonly path?: string
  readonly signal?: AbortSignal
}

/** Sends one GraphQL request to a running tenant; `T` is what the test expects in `data`. */
export const ask = async <T>(
  running: RunningTenant,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  options: Ask = {},
): Promise<Reply<T>> => {
  const key = 'key' in options ? options.key : WRITE_KEY
  const method = options.method ?? 'POST'
  const response = await fetch(running.baseUrl + (options.path ?? '/api/graphql/'), {
    method,
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'x-api-key': key }) },
    ...(method === 'POST' ? { body: JSON.stringify({ query, variables }) } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  })
  const text = await response.text()
  const json = (response.headers.get('content-type') ?? '').startsWith('application/json') ? parse(text) : {}
  return { status: response.status, headers: response.headers, text, ...(json as { data: T; errors: undefined }) }
}

function parse(text: string): object {
  try {
    return JSON.parse(text) as object
  } catch {
    return {}
  }
}
