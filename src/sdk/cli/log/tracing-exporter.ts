import { type ChannelCredentials, credentials } from '@grpc/grpc-js'
import { ROOT_CONTEXT, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { ConnectorError } from '../../ground/errors.ts'
import { trustedContext } from '../../http/trusted-certificates.ts'
import type { Logger } from '../../ground/ports.ts'
import { readPlainFile, whyUnreadable } from '../../settings/files.ts'
import { programName } from '../../ground/program-name.ts'

export interface ExporterOptions {
  /** `host:port`. */
  readonly endpoint: string
  readonly insecure: boolean
  /** PEM file of the authority, or its text. */
  readonly certificatePath: string | undefined
  readonly certificate: string | undefined
  readonly version: string
  /** Where SSL_CERT_FILE and SSL_CERT_DIR are read from. */
  readonly env: NodeJS.ProcessEnv
  readonly log: Logger
}

/** Where spans go. The parts of OpenTelemetry come with it, as nothing else loads them. */
export interface Exporter {
  readonly tracer: Tracer
  readonly api: {
    readonly trace: typeof trace
    readonly ROOT_CONTEXT: typeof ROOT_CONTEXT
    readonly SpanStatusCode: typeof SpanStatusCode
  }
  readonly close: () => Promise<void>
}

/** Longest that the end of the process waits for spans. Source: baton-sdk `pkg/cli/commands.go`. */
const FLUSH_MS = 5000

/** A tracer whose spans go to the collector in batches. Errors: `invalid-argument` for a certificate file that cannot be read. */
export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const { endpoint, insecure, version, log } = options
  const exporter = new OTLPTraceExporter({
    url: `${insecure ? 'http' : 'https'}://${endpoint}`,
    credentials: insecure ? credentials.createInsecure() : secureCredentials(options),
    timeoutMillis: FLUSH_MS,
  })
  const provider = new TracerProvider({
    // The Go SDK's name for the same program.
    resource: resourceFromAttributes({ 'service.name': `${programName().program}-server`, 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor({ exporter: told(exporter, options), exportTimeoutMillis: FLUSH_MS })],
  })
  return {
    tracer: provider.getTracer(programName().program, version),
    api: { trace, ROOT_CONTEXT, SpanStatusCode },
    async close() {
      // The exporter's own limit bounds it.
      await provider
        .shutdown()
        .catch((error: unknown) =>
          log.warn('the last traces were not sent', { collector: endpoint, error: reasonOf(error) }),
        )
    },
  }
}

/** Says once that the collector takes nothing, and once that it does again: OpenTelemetry itself is silent about it. */
function told(exporter: SpanExporter, { endpoint, log }: ExporterOptions): SpanExporter {
  let failed = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const fails = result.error !== undefined
        if (fails && !failed)
          log.warn('traces cannot be sent and are lost', { collector: endpoint, error: reasonOf(result.error) })
        if (!fails && failed) log.info('traces are sent again', { collector: endpoint })
        failed = fails
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim()

function secureCredentials(options: ExporterOptions): ChannelCredentials {
  const authority = authorityOf(options)
  return authority ? credentials.createSsl(authority) : credentials.createFromSecureContext(trustedContext(options.env))
}

function authorityOf({ certificate, certificatePath }: ExporterOptions): Buffer | undefined {
  if (certificate !== undefined) return Buffer.from(certificate)
  if (certificatePath === undefined) return undefined
  try {
    return readPlainFile(certificatePath)
  } catch (error) {
    throw new ConnectorError(
      'invalid-argument',
      'configuration',
      `--otel-collector-endpoint-tls-cert-path: the file ${certificatePath} ${whyUnreadable(error)}`,
      error,
    )
  }
}
