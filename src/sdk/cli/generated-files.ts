import type { Connector } from '../contract/connector.ts'
import { capabilitiesJson } from './commands/capabilities.ts'
import { configSchemaJson } from './commands/config.ts'
import { flagsDocument } from '../settings/flags-table.ts'
import type { Field } from '../settings/field.ts'

/** Files of the repository that are made from code, by path from its root. */
export const generatedFiles = (connector: Connector, fields: readonly Field[]): Readonly<Record<string, string>> => ({
  'baton_capabilities.json': capabilitiesJson(connector),
  'config_schema.json': configSchemaJson(fields, connector.metadata),
  'docs/flags.md': flagsDocument(fields),
})
