const LOCAL_PART = /^[^\s"(),.:;<>@[\\\]]+(\.[^\s"(),.:;<>@[\\\]]+)*$/u
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i

/**
 * Says whether a text is an address that the platform takes as one: `local@host.name`, without quotes or comments.
 *
 * Source: baton-sdk v0.25.0 `pb/c1/connector/v2/annotation_trait.pb.validate.go` (lengths, host name); what it takes beyond that is left out.
 */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@')
  const [local, host] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)]
  if (Buffer.byteLength(text) > 254 || Buffer.byteLength(local) > 64 || !LOCAL_PART.test(local)) return false
  if (/\p{Cc}/u.test(local)) return false
  return host.split('.').every((label) => label.length <= 63 && LABEL.test(label))
}

/**
 * Says whether two texts are one address but for the case of its letters and blanks around it.
 *
 * Why both cases: in lower case the Kelvin sign equals a k, but it is the address of somebody else.
 */
export function sameAddress(one: string, other: string): boolean {
  const [a, b] = [one.trim(), other.trim()]
  return a.toLowerCase() === b.toLowerCase() && a.toUpperCase() === b.toUpperCase()
}
