import type { RequestRecord } from './start-tenant.ts'

/**
 * What is wrong with an answer of a tenant without faults, limits and changes, as a sentence; `undefined` where nothing is. Such a tenant answers the same
 * each time, so that nobody need wait for another answer.
 */
export function bugInAnswer({ operation, attempt }: RequestRecord, body: string): string | undefined {
  const { errors = [] } = JSON.parse(body) as { readonly errors?: readonly { readonly message: string }[] }
  const [error] = errors
  if (error) return `The tenant cannot answer ${operation}: ${error.message}`
  if (attempt < 2) return undefined
  return `${operation} was answered and is asked for again: its answer has not the form that the connector expects`
}
