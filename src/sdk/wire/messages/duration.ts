import { z } from 'zod'

/** `google.protobuf.Duration` in milliseconds. Absent and negative ones are 0. */
export const durationMs = z
  .object({ seconds: z.number().default(0), nanos: z.number().default(0) })
  .default({ seconds: 0, nanos: 0 })
  .transform(({ seconds, nanos }) => Math.max(0, seconds * 1000 + nanos / 1_000_000))
