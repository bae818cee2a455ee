import { Server, ServerCredentials } from '@grpc/grpc-js'
import protobuf from 'protobufjs'

/** The part of OpenTelemetry's protocol that a trace is sent in. Source: opentelemetry-proto, `trace.proto` and `trace_service.proto`. */
const PROTO = `
syntax = "proto3";
message Request { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeSpans { repeated Span spans = 2; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
message Status { string message = 2; int32 code = 3; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
  repeated KeyValue attributes = 9; Status status = 15;
}`

interface WireSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[]
  readonly status?: { readonly code?: number; readonly message?: string }
}

export interface ReceivedSpan {
  readonly name: string
  readonly trace: string
  readonly id: string
  /** Id of the span above. */
  readonly parent: string | undefined
  readonly durationMs: number
  readonly attributes: Readonly<Record<string, unknown>>
  /** Message of a failure. */
  readonly failure: string | undefined
  /** Name of the program. */
  readonly service: unknown
}

export interface RunningCollector {
  readonly port: number
  readonly spans: readonly ReceivedSpan[]
  /** Everything that arrived, as it came. */
  readonly bytes: Buffer
  close(): void
}

/** A collector on loopback that takes traces over gRPC and reads them. With `answers: false` it takes them and never answers. */
export async function startCollector({
  answers = true,
  port: wanted = 0,
  tls,
}: CollectorOptions = {}): Promise<RunningCollector> {
  const request = protobuf.parse(PROTO).root.lookupType('Request')
  const server = new Server()
  const spans: ReceivedSpan[] = []
  let bytes = Buffer.alloc(0)
  server.addService(
    {
      Export: {
        path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        requestStream: false,
        responseStream: false,
        requestDeserialize: (data: Buffer) => data,
        requestSerialize: (data: Buffer) => data,
        responseDeserialize: (data: Buffer) => data,
        responseSerialize: (data: Buffer) => data,
      },
    },
    {
      Export(call: { readonly request: Buffer }, done: (error: null, answer: Buffer) => void) {
        bytes = Buffer.concat([bytes, call.request])
        const message = request.toObject(request.decode(call.request), { bytes: String, longs: String }) as {
          readonly resourceSpans?: readonly {
            readonly resource?: Pick<WireSpan, 'attributes'>
            readonly scopeSpans?: readonly { readonly spans?: readonly WireSpan[] }[]
          }[]
        }
        for (const { resource, scopeSpans } of message.resourceSpans ?? [])
          for (const span of (scopeSpans ?? []).flatMap((scope) => scope.spans ?? []))
            spans.push(received(span, attributesOf(resource?.attributes)['service.name']))
        if (answers) done(null, Buffer.alloc(0))
      },
    },
  )
  const credentials = tls
    ? ServerCredentials.createSsl(null, [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) }])
    : ServerCredentials.createInsecure()
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${wanted}`, credentials, (error, bound) => (error ? reject(error) : resolve(bound)))
  })
  return {
    port,
    spans,
    get bytes() {
      return bytes
    },
    close: () => server.forceShutdown(),
  }
}

export interface CollectorOptions {
  readonly answers?: boolean
  /** Any free one where it is left out. */
  readonly port?: number
  /** PEM texts. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

const received = (span: WireSpan, service: unknown): ReceivedSpan => ({
  name: span.name,
  trace: span.traceId,
  id: span.spanId,
  parent: span.parentSpanId || undefined,
  durationMs: Number((BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1_000_000n),
  attributes: attributesOf(span.attributes),
  failure: span.status?.code === 2 ? span.status.message : undefined,
  service,
})

const attributesOf = (pairs: WireSpan['attributes'] = []): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    pairs.map(({ key, value }) => {
      const [text] = Object.values(value)
      return [key, value['intValue'] === undefined ? text : Number(text)]
    }),
  )
