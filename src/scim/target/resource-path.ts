import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Kind } from '../model.ts'
import { ENDPOINT } from './schemas.ts'

/**
 * Where an object lives below the base address.
 *
 * Errors: `invalid-argument` for `.` and `..`, which an address cannot hold: the request would go to another one.
 */
export function resourcePath(kind: Kind, id: string): string {
  if (/^\.{0,2}$/.test(id))
    throw new ConnectorError(
      'invalid-argument',
      `address a ${kind}`,
      `the id ${JSON.stringify(id)} cannot be used in an address`,
    )
  return `${ENDPOINT[kind]}/${encodeURIComponent(id)}`
}
