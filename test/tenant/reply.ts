import type { ServerResponse } from 'node:http'

/** One HTTP answer, and how it leaves: whole, cut in the middle of the body, or not at all. */
export interface Reply {
  /** 0 when the connection ends without an answer. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly manner: 'whole' | 'half' | 'none'
  /** Milliseconds to hold the answer back. */
  readonly delayMs?: number
}

export const jsonReply = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body,
  manner: 'whole',
})

/** A GraphQL `errors` body. */
export const errorsReply = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  jsonReply(status, JSON.stringify({ errors: [{ message }] }), headers)

export const htmlReply = (status: number, title: string): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  manner: 'whole',
})

export const redirectReply = (location: string): Reply => ({ ...htmlReply(308, 'Moved'), headers: { location } })

/** The connection ends before anything is sent. */
export const noReply: Reply = { status: 0, headers: {}, body: '', manner: 'none' }

export const send = (response: ServerResponse, reply: Reply): void => {
  if (reply.manner === 'none') {
    response.socket?.destroy()
    return
  }
  const bytes = Buffer.from(reply.body)
  response.writeHead(reply.status, { ...reply.headers, 'content-length': bytes.length })
  if (reply.manner === 'whole') {
    response.end(bytes)
    return
  }
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroy())
}
