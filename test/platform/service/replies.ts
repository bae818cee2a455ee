import type { ServerHttp2Stream } from 'node:http2'
import { BATON, encode, type Fields } from './messages.ts'
import { frame } from './frames.ts'

export type Method = 'Hello' | 'GetTask' | 'GetTasks' | 'Heartbeat' | 'FinishTask' | 'UploadAsset'

/** One RPC as it arrived. */
export interface ReceivedCall {
  readonly method: Method
  /** Counted for each method from 1. */
  readonly number: number
  readonly headers: Readonly<Record<string, unknown>>
  /** The request; for an upload that of its metadata. */
  readonly request: Fields
  readonly stream: ServerHttp2Stream
}

/** What the service does with a call. */
export type Reply = (call: ReceivedCall) => void

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' }

const end = (stream: ServerHttp2Stream, body: Uint8Array | string | undefined, trailers: Fields): void => {
  if (stream.closed || stream.destroyed) return
  stream.respond(HEADERS, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ ...trailers } as Record<string, string>))
  stream.end(body)
}

/** A message and the status OK. */
export const answer =
  (fields: Fields = {}): Reply =>
  ({ method, stream }) =>
    end(stream, frame(encode(`${BATON}.BatonService${method}Response`, fields)), { 'grpc-status': '0' })

/** A status without a message. */
export const refuse =
  (code: number, message = ''): Reply =>
  ({ stream }) =>
    end(stream, undefined, { 'grpc-status': String(code), 'grpc-message': encodeURIComponent(message) })

/** Bytes in place of messages, with the trailers given. */
export const raw =
  (body: Uint8Array | string | undefined, trailers: Fields = { 'grpc-status': '0' }): Reply =>
  ({ stream }) =>
    end(stream, body, trailers)

/** What a server that is no gRPC service, or a gateway before it, answers. */
export const page =
  (status: number, body = '<html><body>this is no service</body></html>'): Reply =>
  ({ stream }) => {
    stream.respond({ ':status': status, 'content-type': 'text/html' })
    stream.end(body)
  }

/** Never answers. */
export const hang: Reply = () => {}

/** Drops the connection. */
export const drop: Reply = ({ stream }) => stream.session?.destroy()

/** Ends the stream with an error code of HTTP/2. */
export const reset =
  (code: number): Reply =>
  ({ stream }) =>
    stream.close(code)

/** One reply after the other; the last for all that follow. */
export function inTurn(...replies: readonly Reply[]): Reply {
  let next = 0
  return (call) => replies[Math.min(next++, replies.length - 1)]!(call)
}
