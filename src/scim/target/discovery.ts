import { isRetryable, ConnectorError } from '../../sdk/ground/errors.ts'
import { readListPage } from './answers.ts'
import type { ListTools } from './list.ts'
import { type Attributes, isAttributes, readKey } from './paths.ts'
import { CORE_SCHEMA } from './schemas.ts'

/**
 * Learns from what a server says of itself, `/ServiceProviderConfig` and `/Schemas`: whether it takes PATCH and If-Match, and whether a member needs
 * `$ref`. A server that says nothing, or something else, is taken as it is.
 *
 * Source: RFC 7643 §5 and §7.
 */
export async function learnDiscovery(tools: ListTools, signal: AbortSignal): Promise<void> {
  const { learned } = tools
  const config = await readSelf('/ServiceProviderConfig', tools, signal)
  const patch = isSupported(config, 'patch')
  const etag = isSupported(config, 'etag')
  if (patch === false) learned.learn({ puts: ['user', 'group', 'members'] })
  if (etag !== undefined) learned.learn({ etag })
  const schemas = await readSelf('/Schemas', tools, signal)
  if (requiresRef(schemas)) learned.learn({ memberRef: true })
}

/** Errors: only where the signal aborted. Why: a server need not offer it, and some refuse it with odd statuses. */
async function readSelf(path: string, { exchange }: ListTools, signal: AbortSignal): Promise<unknown> {
  try {
    const answer = await exchange.read({ path, operation: `read ${path}` }, signal)
    return answer.status < 300 ? answer.body : undefined
  } catch (error) {
    if (!ConnectorError.is(error) || error.code === 'canceled') throw error
    // The filter was answered just before: what fails here is this address alone, unless the server is going down.
    if (isRetryable(error.code) && error.reason !== 'malformed answer') throw error
    return undefined
  }
}

function isSupported(config: unknown, feature: 'patch' | 'etag'): boolean | undefined {
  const part = isAttributes(config) ? readKey(config, feature) : undefined
  const supported = isAttributes(part) ? readKey(part, 'supported') : undefined
  return typeof supported === 'boolean' ? supported : undefined
}

const named = (list: unknown, name: string, key = 'name'): Attributes | undefined =>
  (Array.isArray(list) ? list.filter(isAttributes) : []).find(
    (one) => String(readKey(one, key)).toLowerCase() === name.toLowerCase(),
  )

function requiresRef(schemas: unknown): boolean {
  const group = named(readListPage(schemas)?.resources, CORE_SCHEMA.group, 'id')
  const members = group && named(readKey(group, 'attributes'), 'members')
  const ref = members && named(readKey(members, 'subAttributes'), '$ref')
  return ref !== undefined && readKey(ref, 'required') === true
}
