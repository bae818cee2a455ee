import type { Client, ClientWritableStream, Metadata, ServiceError } from '@grpc/grpc-js'

/** Methods of the service in use. */
export type Method = 'Hello' | 'GetTask' | 'GetTasks' | 'Heartbeat' | 'FinishTask' | 'UploadAsset'

const pathOf = (method: Method): string => `/c1.connectorapi.baton.v1.BatonService/${method}`

interface CallParts {
  readonly client: Client
  readonly metadata: Metadata
  readonly signal: AbortSignal
}

/** Messages pass as bytes, so that what cannot be read in them is ours to name. */
const asIs = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** One RPC with one message each way. Errors: grpc-js' own; the call is cancelled on the signal. */
export function callUnary(
  method: Method,
  request: Uint8Array,
  { client, metadata, signal }: CallParts,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const done = (error: ServiceError | null, answer?: Buffer): void => {
      signal.removeEventListener('abort', cancel)
      if (error) reject(error)
      else resolve(answer ?? new Uint8Array())
    }
    const call = client.makeUnaryRequest(pathOf(method), asIs, asIs, request, metadata, done)
    const cancel = () => call.cancel()
    signal.addEventListener('abort', cancel, { once: true })
  })
}

/** An RPC that sends many messages and gets one. */
export interface Sending {
  /** Sends one message; resolves when the connection has taken it, or when the call has ended. */
  send(message: Uint8Array): Promise<void>
  /** Says that this was all, and waits for the answer. Errors: grpc-js' own, also where the service refused early. */
  finish(): Promise<void>
  /** Whether the service has answered, well or not. */
  readonly ended: boolean
}

/** Begins such an RPC. The call is cancelled on the signal. */
export function callSending(method: Method, { client, metadata, signal }: CallParts): Sending {
  const end = Promise.withResolvers<void>()
  let ended = false
  let release = () => {}
  const done = (error: ServiceError | null): void => {
    signal.removeEventListener('abort', cancel)
    ended = true
    release()
    if (error) end.reject(error)
    else end.resolve()
  }
  const call: ClientWritableStream<Uint8Array> = client.makeClientStreamRequest(
    pathOf(method),
    asIs,
    asIs,
    metadata,
    done,
  )
  const cancel = () => call.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  // Whoever finishes gets the error; a refusal in between must not end the process.
  end.promise.catch(() => {})
  call.on('error', () => {})
  return {
    send: (message) =>
      new Promise((resolve) => {
        if (ended) return resolve()
        // After the end of a call its writes are never acknowledged.
        release = resolve
        call.write(message, () => resolve())
      }),
    finish() {
      call.end()
      return end.promise
    },
    get ended() {
      return ended
    },
  }
}
