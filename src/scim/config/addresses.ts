import { isLoopback } from '../../sdk/http/is-loopback.ts'

/** `twingate` for Twingate's own hosts. */
export const profileOf = (url: string): 'twingate' | 'generic' =>
  /(^|\.)twingate\.com$/.test(new URL(url).hostname) ? 'twingate' : 'generic'

/** What is wrong with the address of a webhook, which may have a query; the end of a sentence. */
export function webhookProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isFit = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  return isFit ? undefined : 'must be an address that begins with https://; plain http is for this machine only'
}
