import { z } from 'zod'

import { CsvOptions } from './csv/options.ts'

/** The source of a configuration: its type, and what that type needs. */
export const SourceOptions = z.discriminatedUnion('type', [CsvOptions])
export type SourceOptions = z.infer<typeof SourceOptions>
