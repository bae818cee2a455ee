import { isLoopback } from '../../sdk/http/is-loopback.ts'

/**
 * Reads the address of a service that is told a secret. `problem` is the end of a sentence that begins with the name of the setting.
 *
 * Why: plain http is for this machine alone; over a network it would show the secret.
 */
export function parseServiceUrl(
  text: string,
): { readonly url: URL; readonly problem?: undefined } | { readonly problem: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol))
    return { problem: 'must be an address that begins with https://' }
  if (url.username || url.password || url.search || url.hash)
    return { problem: 'must be an address without user name, query or fragment' }
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return { problem: 'must begin with https://; plain http is for addresses of this machine only' }
  return { url }
}
