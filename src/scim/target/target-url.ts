import { ConnectorError } from '../../sdk/errors.ts'

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)

/**
 * Reads the base address of a SCIM server; gives it without a trailing slash.
 *
 * Errors: `invalid-argument` for what is no https address; plain http is for this machine only, the token would travel in the clear.
 * The detail does not repeat the text: a token may have been pasted into the wrong place.
 */
export function parseTargetUrl(text: string): string {
  const refuse = (detail: string) =>
    new ConnectorError('invalid-argument', 'configuration', `the target's url ${detail}`)
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw refuse('must be an address such as https://acme.twingate.com/api/scim/v2')
  if (url.username || url.password) throw refuse('must not hold a user name or password; the token has its own file')
  if (url.search || url.hash) throw refuse('must not hold a query or fragment; leave out everything from ? or # on')
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw refuse('must begin with https://; plain http is for addresses of this machine only')
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}
