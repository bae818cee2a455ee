import type { Connector } from '../sdk/contract/connector.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import { Secret } from '../sdk/ground/secret.ts'
import { parseDomain } from '../twingate/endpoint.ts'
import { createTwingate } from './twingate.ts'

/** The connector without settings: it says what it is and what it can do; reading anything from it fails with `failed-precondition`. */
export function describeTwingate(): Connector {
  const { connector } = createTwingate({
    endpoint: parseDomain('example'),
    key: new Secret(''),
    transport: refuse,
    clock: { now: () => new Date(0), monotonicMs: () => 0 },
    sleep: refuse,
    version: '0',
  })
  return connector
}

const refuse = (): never => {
  throw new ConnectorError(
    'failed-precondition',
    'describe',
    'this connector was made without settings and reads nothing',
  )
}
