import { z } from 'zod'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { parseJson } from './parse-json.ts'

/** What a delta link belongs to. It tracks only the properties it was made for, and only its tenant knows it. */
const Origin = z.strictObject({
  graphUrl: z.string(),
  tenant: z.string(),
  userSelect: z.string(),
  groupSelect: z.string(),
})
export type Origin = z.infer<typeof Origin>

/** Where the next read of changes begins: the delta links of both collections. */
const Watermark = z.strictObject({ version: z.literal(1), origin: Origin, users: z.string(), groups: z.string() })
export type Watermark = z.infer<typeof Watermark>

export const formatWatermark = (watermark: Omit<Watermark, 'version'>): string =>
  JSON.stringify({ version: 1, ...watermark } satisfies Watermark)

/** Reads a watermark. Errors: `failed-precondition` with reason `watermark-expired` for one that does not fit the settings of today. */
export function parseWatermark(text: string, origin: Origin): Watermark {
  const parsed = Watermark.safeParse(parseJson(text))
  if (!parsed.success) throw watermarkExpired('the watermark is not one of Microsoft Graph')
  const now = Object.entries(origin)
  const before = new Map(Object.entries(parsed.data.origin))
  if (now.some(([name, value]) => before.get(name) !== value))
    throw watermarkExpired('the tenant, the address or the properties that are read have changed')
  return parsed.data
}

/** That changes since the watermark cannot be told any more. */
export const watermarkExpired = (why: string): ConnectorError =>
  new ConnectorError(
    'failed-precondition',
    'read the changes of Microsoft Graph',
    `${why}; everything has to be read again`,
    undefined,
    'watermark-expired',
  )
