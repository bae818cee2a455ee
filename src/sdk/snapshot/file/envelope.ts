/** First bytes of a v1 snapshot; one zstd frame with a SQLite database follows. Source: baton-sdk `pkg/dotc1z/decoder.go`. */
export const MAGIC_V1 = Buffer.from('C1ZF\0', 'latin1')

/** First bytes of a v3 snapshot, whose rows are in a Pebble store. Source: baton-sdk `pkg/dotc1z/format.go`. */
export const MAGIC_V3 = Buffer.from('C1Z3\0', 'latin1')

/** Largest decoded size the official readers accept. Source: baton-sdk v0.25.0 `pkg/dotc1z/decoder.go`. */
export const DEFAULT_MAX_DECODED_BYTES = 10 * 1024 ** 3

/**
 * Bytes handed over at once between disk and zstd. Source: measurement; a mebibyte takes seconds of system time and 40 MB of memory more for
 * a million grants (bench/README.md).
 */
export const CHUNK_BYTES = 1 << 17
