import { isLoopback } from '../../sdk/http/is-loopback.ts'

/**
 * Reads the address of a SCIM endpoint; without a slash at its end. `problem` is the end of a sentence that begins with the setting.
 *
 * Why: what is behind a ? would be cut off by the first path; plain http would show the token.
 */
export function parseTargetUrl(text: string): { readonly url: string } | { readonly problem: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol))
    return { problem: 'must be an address such as https://acme.twingate.com/api/scim/v2' }
  if (url.username || url.password)
    return { problem: 'must hold no user name or password; the token has its own setting' }
  if (url.search || url.hash) return { problem: 'must end before its ?; flags such as aadOptscim062020 are not needed' }
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return {
      problem: 'must begin with https://; plain http is for addresses of this machine only, as it would show the token',
    }
  const path = url.pathname.replace(/\/+$/, '')
  if (/\/(Users|Groups|ServiceProviderConfig)$/i.test(path))
    return { problem: `must end before ${path.slice(path.lastIndexOf('/'))}` }
  return { url: url.origin + path }
}

/** `twingate` for Twingate's own hosts. */
export const profileOf = (url: string): 'twingate' | 'generic' =>
  /(^|\.)twingate\.com$/.test(new URL(url).hostname) ? 'twingate' : 'generic'

/** What is wrong with the address of a webhook, which may have a query. */
export function webhookProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isFit = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  return isFit ? undefined : 'must be an address that begins with https://; plain http is for this machine only'
}
