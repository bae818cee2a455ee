import type { Connector } from '../../contract/connector.ts'
import { capabilitiesValue } from '../../wire/messages/connector-metadata.ts'
import { messageJson } from '../../wire/messages/message-json.ts'

const TYPE = 'c1.connector.v2.ConnectorCapabilities'

/**
 * What the connector can do, as `c1.connector.v2.ConnectorCapabilities` in protobuf's JSON.
 *
 * Shape: two spaces of indent, no line break at the end, keys in field order: byte for byte the same for the same connector.
 * Source: baton-sdk `pkg/cli/commands.go`.
 */
export function capabilitiesJson(connector: Connector): string {
  const message = messageJson({ type: TYPE, value: capabilitiesValue(connector) })
  return JSON.stringify({ '@type': `type.googleapis.com/${TYPE}`, ...message }, null, 2)
}
