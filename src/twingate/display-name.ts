/**
 * Bytes of UTF-8 that a name may have. Source: baton-sdk v0.25.0 `pb/c1/connector/v2/resource.pb.validate.go` takes display names of 1024;
 * the rest is for what stands around a name in the entitlement's own.
 */
const MOST_BYTES = 1000

/** The first of the texts that is not blank, without blanks around it, cut to what the platform takes; the last one is the id, which is never blank. */
export const displayNameOf = (...texts: readonly string[]): string =>
  cut(texts.map((text) => text.trim()).find((text) => text !== '') ?? '')

function cut(text: string): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= MOST_BYTES) return text
  // A streaming decoder keeps back a character that is cut in two.
  return new TextDecoder().decode(bytes.subarray(0, MOST_BYTES), { stream: true })
}
