import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseDomain } from '../../src/twingate/endpoint.ts'
import { createTransport } from '../../src/sdk/http/transport.ts'
import { createTwingate } from '../../src/connector/twingate.ts'
import type { ResourceId } from '../../src/sdk/model/model.ts'
import { silentLogger, type Logger } from '../../src/sdk/ground/ports.ts'
import { Secret } from '../../src/sdk/ground/secret.ts'
import { createSnapshotStore } from '../../src/sdk/snapshot/write/snapshot-store.ts'
import { runSync, type SyncResult } from '../../src/sdk/sync/engine.ts'
import type { SyncEvent } from '../../src/sdk/sync/request.ts'
import { READ_KEY } from './api-keys.ts'
import type { RunningTenant } from './start-tenant.ts'
import type { VirtualTime } from '../support/virtual-time.ts'

export interface SyncOptions {
  /** What the network is called. @default acme */
  readonly network?: string
  readonly key?: string
  readonly types?: readonly string[]
  readonly entitlements?: boolean
  readonly grants?: boolean
  readonly targets?: readonly ResourceId[]
  readonly workers?: number
  readonly posture?: number
  readonly oneListingARequest?: boolean
  readonly mostShrinkPercent?: number
  readonly expand?: boolean
  readonly timeoutMs?: number
  readonly attempts?: number
  readonly signal?: AbortSignal
  readonly log?: Logger
  readonly onEvent?: (event: SyncEvent) => void
  readonly now?: () => Date
  /** Time that does not pass by itself, see virtual-time.ts; waits before a retry are real nevertheless. */
  readonly time?: Pick<VirtualTime, 'clock' | 'sleep'>
}

/** Runs the real engine, connector and store against a running tenant, in this process. */
export async function syncTenant(server: RunningTenant, file: string, options: SyncOptions = {}): Promise<SyncResult> {
  const { types = ['user', 'group', 'role'], entitlements = true, grants = true, workers = 2 } = options
  const clock = options.time?.clock ?? { now: options.now ?? (() => new Date()), monotonicMs: () => performance.now() }
  const { connector } = createTwingate({
    endpoint: parseDomain(options.network ?? 'acme', { baseUrl: server.baseUrl }),
    key: new Secret(options.key ?? READ_KEY),
    transport: createTransport({ timeoutMs: options.timeoutMs ?? 10_000, env: {} }),
    clock,
    sleep: options.time?.sleep ?? ((ms, signal) => wait(ms, undefined, { signal })),
    version: '0',
    ...(options.posture !== undefined && { posture: options.posture }),
    ...(options.oneListingARequest && { oneListingARequest: true }),
  })
  const log = options.log ?? silentLogger
  return runSync({
    connector,
    store: createSnapshotStore({ file, clock, random: (length) => randomBytes(length), log }),
    scope: { types: new Set(types), entitlements, grants },
    ...(options.targets && { targets: options.targets }),
    workers,
    ...(options.expand !== undefined && { expand: options.expand }),
    ...(options.mostShrinkPercent !== undefined && { mostShrinkPercent: options.mostShrinkPercent }),
    retry: { attempts: options.attempts ?? 6, attemptsIfMalformed: 4, firstWaitMs: 1, mostWaitMs: 5 },
    clock,
    log,
    signal: options.signal ?? new AbortController().signal,
    onEvent: options.onEvent ?? (() => {}),
  })
}

/** A folder of its own, gone again at the end of the test that asked for it. */
export function temporaryFolder(atEnd: (cleanUp: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-twingate-test-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
