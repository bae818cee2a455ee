/** The API's form of a moment: microseconds and a numeric offset, as in `2024-02-15T01:13:51.059028+00:00`. */
export const timestamp = (epochMs: number): string => {
  const micros = String(epochMs % 1000).padStart(3, '0')
  return new Date(epochMs).toISOString().replace('Z', `${micros}+00:00`)
}

/** When the seeded tenants begin; a fixed moment keeps them the same from run to run. */
export const SEED_EPOCH_MS = Date.UTC(2024, 1, 15, 1, 13, 51, 59)
