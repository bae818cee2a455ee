import { z } from 'zod'

import { C1zOptions } from './c1z/options.ts'
import { CsvOptions } from './csv/options.ts'
import { GraphOptions } from './graph/options.ts'
import { JsonOptions } from './json/options.ts'
import { LdapOptions } from './ldap/options.ts'
import { LdifOptions } from './ldif/options.ts'
import { NdjsonOptions } from './ndjson/options.ts'
import { ScimSourceOptions } from './scim/options.ts'
import { StdinOptions } from './stdin/options.ts'

/** The source of a configuration: its type, and what that type needs. */
export const SourceOptions = z.discriminatedUnion('type', [
  CsvOptions,
  JsonOptions,
  NdjsonOptions,
  StdinOptions,
  C1zOptions,
  GraphOptions,
  LdapOptions,
  LdifOptions,
  ScimSourceOptions,
])
export type SourceOptions = z.infer<typeof SourceOptions>
