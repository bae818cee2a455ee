import { ConnectorError } from '../../sdk/ground/errors.ts'
import { isLoopback } from '../../sdk/http/is-loopback.ts'

/**
 * Reads the base address of a SCIM server; gives it without a trailing slash. `problem` is the end of a sentence that begins with the setting.
 *
 * Plain http is for this machine only, the token would travel in the clear. The problem does not repeat the text: a token may have been
 * pasted into the wrong place.
 */
export function readTargetUrl(text: string): { readonly url: string } | { readonly problem: string } {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol))
    return { problem: 'must be an address such as https://acme.twingate.com/api/scim/v2' }
  if (url.username || url.password)
    return { problem: 'must not hold a user name or password; the token has its own setting' }
  // Flags of Entra's, such as aadOptscim062020, are not needed here and would be cut off by the first path.
  if (url.search || url.hash)
    return { problem: 'must not hold a query or fragment; leave out everything from ? or # on' }
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return { problem: 'must begin with https://; plain http is for addresses of this machine only' }
  const path = url.pathname.replace(/\/+$/, '')
  const end = path.slice(path.lastIndexOf('/'))
  if (['/users', '/groups'].includes(end.toLowerCase())) return { problem: `must end before ${end}` }
  return { url: `${url.origin}${path}` }
}

/** As `readTargetUrl`. Errors: `invalid-argument` for what is no such address. */
export function parseTargetUrl(text: string): string {
  const result = readTargetUrl(text)
  if ('url' in result) return result.url
  throw new ConnectorError('invalid-argument', 'configuration', `the target's url ${result.problem}`)
}
