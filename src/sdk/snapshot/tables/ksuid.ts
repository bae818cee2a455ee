import { ConnectorError } from '../../ground/errors.ts'
import type { RandomBytes } from '../../ground/ports.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const TEXT_LENGTH = 27
const PAYLOAD_BYTES = 16

/** Unix second that a KSUID's own clock starts at. */
const EPOCH_SECONDS = 1_400_000_000

/**
 * A sync id: 27 characters of base62, sortable by second.
 *
 * Errors: `internal` for a time outside 2014–2150, which the format cannot hold.
 * Source: segmentio/ksuid: base62 of a big-endian uint32 of seconds and 16 random bytes, left-padded with `0`.
 */
export function createKsuid(time: Date, random: RandomBytes): string {
  const seconds = Math.floor(time.getTime() / 1000) - EPOCH_SECONDS
  if (!(seconds >= 0 && seconds <= 0xffff_ffff))
    throw new ConnectorError(
      'internal',
      'create sync id',
      `the clock shows ${time.toString()}, which no sync id can hold`,
    )
  let value = BigInt(seconds)
  for (const byte of random(PAYLOAD_BYTES)) value = (value << 8n) | BigInt(byte)
  let text = ''
  for (; value > 0n; value /= 62n) text = ALPHABET.charAt(Number(value % 62n)) + text
  return text.padStart(TEXT_LENGTH, '0')
}
