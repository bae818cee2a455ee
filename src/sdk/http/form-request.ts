import type { HttpRequest } from './transport.ts'

/** A form to post, as endpoints for tokens take it, whose answer is JSON. */
export const formRequest = (
  url: URL,
  fields: Readonly<Record<string, string>>,
  { userAgent, signal }: { readonly userAgent: string; readonly signal: AbortSignal },
): HttpRequest & { readonly body: string } => ({
  url,
  headers: {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    'user-agent': userAgent,
  },
  body: new URLSearchParams(fields).toString(),
  signal,
})
