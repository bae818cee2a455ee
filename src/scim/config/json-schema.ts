import { z } from 'zod'
import { ScimFile } from './file-schema.ts'
import { fileKey } from './key-names.ts'

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** The JSON schema of `scim.yaml`, for editors; as the file spells its keys. */
export function scimSchemaJson(): string {
  const { $schema, ...schema } = z.toJSONSchema(ScimFile, { io: 'input' }) as { readonly [key: string]: Json }
  const titled = {
    $schema,
    title: 'scim.yaml',
    description: 'What baton-twingate scim provisions, from where and to where',
    ...(asFile(schema) as object),
  }
  return `${JSON.stringify(titled, null, 2)}\n`
}

/** Renames settings; what is no list of settings stays as it is. */
function asFile(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(asFile)
  if (schema === null || typeof schema !== 'object') return schema
  return Object.fromEntries(
    Object.entries(schema as { readonly [key: string]: Json }).map(([key, value]) => {
      if (key === 'required' && Array.isArray(value)) return [key, value.map((name) => fileKey(String(name)))]
      if (key !== 'properties' || value === null || typeof value !== 'object') return [key, asFile(value)]
      return [key, Object.fromEntries(Object.entries(value).map(([name, inner]) => [fileKey(name), asFile(inner)]))]
    }),
  )
}
