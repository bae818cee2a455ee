import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { z } from 'zod'
import { MOST_CURSOR_BYTES } from '../sdk/contract/event-feed.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'

const Keys = z.array(z.string().min(1))

const Written = z.strictObject({
  v: z.literal(1),
  /** Greatest `requestedAt` that was told, in milliseconds. */
  at: z.number().optional(),
  from: z.number().optional(),
  open: Keys,
  told: Keys,
})

/** How far the feed of requests for access was told. */
export interface FeedPlace {
  /** The latest request that was told, in milliseconds; `undefined` before the first. */
  readonly at: number | undefined
  /** Requests from before are not told, in milliseconds; decisions on them are. */
  readonly from: number | undefined
  /** Ids of requests that were told and whose decision was not. */
  readonly open: ReadonlySet<string>
  /** Ids of requests of the last `OVERLAP_MS` before `at` of which all was told. */
  readonly told: ReadonlySet<string>
}

/** How much later than another a request may appear that was made before it. */
export const OVERLAP_MS = 600_000

const OPERATION = 'list events'
const PREFIX = 'AccessRequest:'

/** Ids are base64 of a known prefix and a number; only the number is kept. */
const keyOf = (id: string): string => {
  const text = Buffer.from(id, 'base64').toString('latin1')
  return text.startsWith(PREFIX) && btoa(text) === id ? text.slice(PREFIX.length) : `=${id}`
}
const idOf = (key: string): string => (key.startsWith('=') ? key.slice(1) : btoa(PREFIX + key))

/**
 * The place as a cursor.
 *
 * Errors: `failed-precondition` where more requests wait than a cursor can name.
 */
export function cursorOf({ at, from, open, told }: FeedPlace): string {
  const keys = (ids: ReadonlySet<string>) =>
    [...ids].map(keyOf).toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))
  const written: z.infer<typeof Written> = { v: 1, at, from, open: keys(open), told: keys(told) }
  const cursor = deflateRawSync(JSON.stringify(written)).toString('base64url')
  if (cursor.length <= MOST_CURSOR_BYTES) return cursor
  throw new ConnectorError(
    'failed-precondition',
    OPERATION,
    `${open.size} requests for access wait for a decision, more than the place in the feed can name; decide on some (access-request list), then the feed goes on where it stood`,
  )
}

/** The place of a cursor; the beginning for `''`. Errors: `invalid-argument` for a text that is no cursor of this feed. */
export function placeOf(cursor: string): FeedPlace {
  if (cursor === '') return { at: undefined, from: undefined, open: new Set(), told: new Set() }
  try {
    const text = inflateRawSync(Buffer.from(cursor, 'base64url'), { maxOutputLength: 1_000_000 }).toString()
    const { at, from, open, told } = Written.parse(JSON.parse(text))
    return { at, from, open: new Set(open.map(idOf)), told: new Set(told.map(idOf)) }
  } catch (cause) {
    throw new ConnectorError(
      'invalid-argument',
      OPERATION,
      'the cursor is none of this feed; give one that it gave, or none to read from the beginning',
      cause,
    )
  }
}
