import { credentials, Client, Metadata, type ServiceError } from '@grpc/grpc-js'
import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import type { BatonPeer } from './baton-peer.ts'
import { fetchToken } from './raw-token.ts'

/** Only what the peer's own tests send, so that they can also send what no client of ours would. */
const { root } = protobuf.parse(`syntax = "proto3";
  message Info { string a = 1; string b = 2; string c = 3; string d = 4; string e = 5; string f = 6; string g = 7; string h = 8; }
  message Metadata { string display_name = 1; }
  message Hello { string host_id = 1; string task_id = 2; Info build_info = 3; Info os_info = 4; Metadata connector_metadata = 5; }
  message Poll { string host_id = 1; uint32 page_size = 2; repeated string known_task_ids = 3; }
  message Task { string id = 1; }
  message Polled { Task task = 1; }
  message PolledMany { repeated Task tasks = 1; }
  message Beat { string host_id = 1; string task_id = 2; }
  message Beaten { bool cancelled = 2; }
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; }
  message Error { bool non_retryable = 1; }
  message Success { Any response = 2; }
  message Finish { string host_id = 1; string task_id = 2; Status status = 3; Error error = 100; Success success = 101; }
  message Data { bytes data = 1; }
  message Eof { bytes sha256_checksum = 1; }
  message Upload { Beat metadata = 100; Data data = 101; Eof eof = 102; }
  message Done {}`)

const RPCS = {
  Hello: ['Hello', 'Done'],
  GetTask: ['Poll', 'Polled'],
  GetTasks: ['Poll', 'PolledMany'],
  Heartbeat: ['Beat', 'Beaten'],
  FinishTask: ['Finish', 'Done'],
} as const

export type Fields = Readonly<Record<string, unknown>>

/** A client without manners: it sends what it is given. */
export interface RawClient {
  /** One call, given up after `within` milliseconds. The answer has its fields in camel case, or `code` and `details` of the status where that is not OK. */
  call(rpc: keyof typeof RPCS, request: Fields, within?: number): Promise<Fields>
  /** Sends messages of an upload as they are. */
  upload(messages: readonly Fields[]): Promise<Fields>
  close(): void
}

export const HELLO: Fields = {
  hostId: 'raw',
  buildInfo: { a: 'go', b: 'raw', c: '1' },
  osInfo: { a: 'h', b: 'linux', c: 'p', d: '1', e: 'f', f: '6', g: 'x86', h: 'none' },
  connectorMetadata: { displayName: 'Raw' },
}

/** Connects with a token of its own; `authorization` replaces the header, and none sends none. */
export async function connectRaw(peer: BatonPeer, authorization?: readonly string[]): Promise<RawClient> {
  const values = authorization ?? [`Bearer ${(await fetchToken(peer)).token}`]
  const metadata = new Metadata()
  for (const value of values) metadata.add('authorization', value)
  const client = new Client(peer.host, credentials.createSsl(readFileSync(peer.caFile)), {
    'grpc.initial_reconnect_backoff_ms': 10,
    'grpc.max_reconnect_backoff_ms': 50,
    // Node does not always notice that a connection was reset while calls are on it; a ping does.
    'grpc.keepalive_time_ms': 500,
    'grpc.keepalive_timeout_ms': 300,
  })
  const path = (rpc: string): string => `/c1.connectorapi.baton.v1.BatonService/${rpc}`
  const encode = (type: string) => (fields: Fields) =>
    Buffer.from(root.lookupType(type).encode(root.lookupType(type).fromObject(fields)).finish())
  const decode = (type: string) => (bytes: Buffer) =>
    root.lookupType(type).toObject(root.lookupType(type).decode(bytes))
  const settle =
    (resolve: (answer: Fields) => void) =>
    (error: ServiceError | null, answer?: Fields): void =>
      resolve(error ? { code: error.code, details: error.details } : (answer ?? {}))
  return {
    call: (rpc, request, within = 30_000) =>
      new Promise((resolve) => {
        const [input, output] = RPCS[rpc]
        const options = { deadline: Date.now() + within }
        client.makeUnaryRequest(path(rpc), encode(input), decode(output), request, metadata, options, settle(resolve))
      }),
    upload: (messages) =>
      new Promise((resolve) => {
        const call = client.makeClientStreamRequest(
          path('UploadAsset'),
          encode('Upload'),
          decode('Done'),
          metadata,
          settle(resolve),
        )
        for (const message of messages) call.write(message)
        call.end()
      }),
    close: () => client.close(),
  }
}
