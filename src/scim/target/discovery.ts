import { isRetryable, ConnectorError } from '../../sdk/ground/errors.ts'
import type { Kind } from '../model.ts'
import { namesBySchema } from './group-query.ts'
import type { ListTools } from './list-page.ts'
import { isAttributes, readKey } from './paths.ts'
import type { ObjectTools } from './read-object.ts'
import { readSchemaFacts, type SchemaFacts } from './schema-facts.ts'

/**
 * Learns from what a server says of itself, `/ServiceProviderConfig` and `/Schemas`: whether it takes PATCH and If-Match, has pages by cursors alone, and
 * whether a member needs `$ref`. A server that says nothing, or something else, is taken as it is.
 *
 * Source: RFC 7643 §5 and §7; RFC 9865 §4.
 */
export async function learnDiscovery(tools: ObjectTools, signal: AbortSignal): Promise<void> {
  const { learned } = tools
  const config = await readSelf('/ServiceProviderConfig', tools, signal)
  const patch = isSupported(config, 'patch')
  const etag = isSupported(config, 'etag')
  const pagination = isAttributes(config) ? readKey(config, 'pagination') : undefined
  if (patch === false) learned.learn({ puts: ['user', 'group', 'members'] })
  if (etag !== undefined) learned.learn({ etag })
  if (isAttributes(pagination) && readKey(pagination, 'cursor') === true && readKey(pagination, 'index') === false)
    learned.learn({ cursors: true })
  await readSchemas(tools, signal)
}

/** What the server's schemas say, read once; `$ref` is learned where a member needs it. Errors: as `learnDiscovery`. */
export function readSchemas(
  tools: ObjectTools,
  signal: AbortSignal,
): Promise<Readonly<Record<Kind, SchemaFacts | undefined>>> {
  const { sightings, learned } = tools
  sightings.schemas ??= (async () => {
    const body = await readSelf('/Schemas', tools, signal)
    const facts = { user: readSchemaFacts(body, 'user'), group: readSchemaFacts(body, 'group') }
    if (facts.group?.get('members.$ref')?.required === true) learned.learn({ memberRef: true })
    const groupAttributes = namesBySchema(facts.group)
    if (groupAttributes) learned.learn({ groupAttributes: [...groupAttributes] })
    return facts
  })().catch((error: unknown) => {
    sightings.schemas = undefined
    throw error
  })
  return sightings.schemas
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
