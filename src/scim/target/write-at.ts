import type { Kind } from '../model.ts'
import { readObject } from './answers.ts'
import type { WriteRequest } from './exchange.ts'
import type { ListTools } from './list-page.ts'
import type { ScimAnswer } from './refusal.ts'
import { resourcePath } from './resource-path.ts'

/** By 428 a server wants a version, by 412 where none was sent. Source: RFC 6585 §3; RFC 9110 §13.1. */
const wantsVersion = ({ status }: ScimAnswer, sent: string | undefined): boolean =>
  status === 428 || (status === 412 && sent === undefined)

/**
 * Sends a change of an object. Where the server wants to be told the version that is changed, the object is read and the change sent once more
 * with the version of that read; from then on `If-Match` is sent wherever a version is known.
 *
 * Errors: as `Exchange.write`.
 */
export async function writeAt(
  kind: Kind,
  id: string,
  request: Omit<WriteRequest, 'path'>,
  { exchange, learned }: ListTools,
  signal: AbortSignal,
): Promise<ScimAnswer> {
  const path = resourcePath(kind, id)
  const answer = await exchange.write({ ...request, path }, signal)
  if (!wantsVersion(answer, request.version)) return answer
  const read = await exchange.read({ path, operation: `read a ${kind}` }, signal)
  const version = readObject(kind, read.body, { shown: false })?.version ?? read.etag
  if (read.status >= 300 || version === undefined) return answer
  learned.learn({ etag: true })
  return exchange.write({ ...request, path, version }, signal)
}
