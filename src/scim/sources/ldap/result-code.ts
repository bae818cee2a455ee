/** Result codes that this source treats apart. Source: RFC 4511 appendix A, RFC 3928 for 4096. */
export const RESULT = {
  success: 0,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  authMethodNotSupported: 7,
  strongerAuthRequired: 8,
  referral: 10,
  adminLimitExceeded: 11,
  confidentialityRequired: 13,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
} as const

const MEANINGS: ReadonlyMap<number, string> = new Map([
  [1, 'operations error'],
  [2, 'protocol error'],
  [3, 'time limit exceeded'],
  [4, 'size limit exceeded'],
  [7, 'authentication method not supported'],
  [8, 'stronger authentication required'],
  [10, 'referral to another server'],
  [11, 'administrative limit exceeded'],
  [12, 'unavailable critical extension'],
  [13, 'confidentiality required'],
  [32, 'no such object'],
  [34, 'invalid name'],
  [48, 'inappropriate authentication'],
  [49, 'invalid credentials'],
  [50, 'insufficient access rights'],
  [51, 'busy'],
  [52, 'unavailable'],
  [53, 'unwilling to perform'],
  [80, 'other error'],
])

/** Most of a server's own words that a sentence quotes. */
const MOST_WORDS = 200

/** A result in words, for example `size limit exceeded (4)`, with what the server says of it. */
export function resultText(code: number, message: string): string {
  // Active Directory ends its texts with a zero character.
  const words = message
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MOST_WORDS)
  return `${MEANINGS.get(code) ?? 'result code'} (${code})${words === '' ? '' : `: ${words}`}`
}
