/** Source: BIP 173. */
const CHARSET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** The bytes of a bech32 text with this prefix, in one case; `undefined` for any other text. */
export function bech32Bytes(text: string, prefix: string): Uint8Array | undefined {
  const lower = text.toLowerCase()
  if (text !== lower && text !== text.toUpperCase()) return undefined
  const at = lower.lastIndexOf('1')
  const values = Array.from(lower.slice(at + 1), (char) => CHARSET.indexOf(char))
  if (lower.slice(0, at) !== prefix || values.length < 6 || values.includes(-1)) return undefined
  const codes = Array.from(prefix, (char) => char.charCodeAt(0))
  const spread = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)]
  if (checksum([...spread, ...values]) !== 1) return undefined
  return fromFives(values.slice(0, -6))
}

function checksum(values: readonly number[]): number {
  let sum = 1
  for (const value of values) {
    const top = sum >>> 25
    sum = (((sum & 0x1ffffff) << 5) ^ value) >>> 0
    for (const [bit, generator] of GENERATOR.entries()) if ((top >>> bit) & 1) sum = (sum ^ generator) >>> 0
  }
  return sum
}

/** Groups of five bits as bytes; `undefined` where what is left over is no padding. */
function fromFives(values: readonly number[]): Uint8Array | undefined {
  const bytes: number[] = []
  let [held, bits] = [0, 0]
  for (const value of values) {
    held = ((held << 5) | value) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >> bits) & 0xff)
  }
  return bits >= 5 || (held & ((1 << bits) - 1)) !== 0 ? undefined : Uint8Array.from(bytes)
}
