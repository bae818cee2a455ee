import { scimSchemaJson } from './config/json-schema.ts'
import { functionsDocument } from './map/functions/functions-document.ts'

/** Files of the repository that are made from code, by path from its root. */
export const scimFiles = (): Readonly<Record<string, string>> => ({
  'docs/scim.schema.json': scimSchemaJson(),
  'docs/scim-functions.md': functionsDocument(),
})
