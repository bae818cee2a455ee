import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { describeTwingate } from '../../src/connector/describe.ts'
import { parseDomain } from '../../src/twingate/endpoint.ts'
import { createTransport } from '../../src/sdk/http/transport.ts'
import { createTwingate } from '../../src/connector/twingate.ts'
import type { TaskWork } from '../../src/sdk/service/baton-service.ts'
import type { ServiceModeOptions } from '../../src/sdk/service/runtime/daemon-options.ts'
import { runServiceMode } from '../../src/sdk/service/runtime/run-daemon.ts'
import { createSourceWaits } from '../../src/sdk/service/runtime/source-waits.ts'
import { afterEvent, type DaemonEvent, type DaemonState, startState } from '../../src/sdk/service/watch/state.ts'
import type { Connector } from '../../src/sdk/contract/connector.ts'
import { type Clock, silentLogger, type Sleep } from '../../src/sdk/ground/ports.ts'
import { Secret } from '../../src/sdk/ground/secret.ts'
import { createSnapshotStore } from '../../src/sdk/snapshot/write/snapshot-store.ts'
import { createScriptedService, type ScriptedService, type ScriptedServiceOptions } from './scripted-service.ts'
import { WRITE_KEY } from '../tenant/api-keys.ts'
import type { RunningTenant } from '../tenant/start-tenant.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Asks for everything that there is. */
export const sync: TaskWork = {
  kind: 'sync-full',
  skipEntitlementsAndGrants: false,
  skipGrants: false,
  skipExpandGrants: false,
  targets: [],
  types: [],
  storageEngine: '',
}

export const realTime: { readonly clock: Clock; readonly sleep: Sleep } = {
  clock: { now: () => new Date(), monotonicMs: () => performance.now() },
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
}

/** Waits are fifty times shorter than asked for, while requests take the time they take. */
export const hurriedTime: typeof realTime = {
  clock: { now: () => new Date(), monotonicMs: () => performance.now() * 50 },
  sleep: (ms, signal) => wait(ms / 50, undefined, { signal }),
}

const quick = { attempts: 3, attemptsIfMalformed: 2, firstWaitMs: 1, mostWaitMs: 5 }

export interface DaemonPlan extends Partial<Omit<ServiceModeOptions, 'service' | 'stop' | 'onEvent'>> {
  readonly peer?: Omit<ScriptedServiceOptions, 'clock' | 'sleep'>
  readonly time?: Pick<VirtualTime, 'clock' | 'sleep'> & Partial<Pick<VirtualTime, 'run'>>
}

export interface RunningDaemon {
  readonly peer: ScriptedService
  readonly events: readonly DaemonEvent[]
  readonly state: () => DaemonState
  readonly stateDir: string
  /** Tells it to stop and waits for its end. */
  stop(): Promise<void>
  /** Tells it to stop. */
  tellToStop(): void
  readonly ended: Promise<void>
}

/** A folder of its own, gone again at the end of the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'baton-twingate-daemon-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** The real connector for a running tenant. */
export const connectorFor = (
  server: RunningTenant,
  { clock, sleep } = realTime,
  onWait: (until: Date) => void = () => {},
): Connector =>
  createTwingate({
    endpoint: parseDomain('acme', { baseUrl: server.baseUrl }),
    key: new Secret(WRITE_KEY),
    transport: createTransport({ timeoutMs: 10_000, env: {} }),
    ...{ clock, sleep, onWait },
    version: '0',
  }).connector

/** Starts the real runtime with the real store against a scripted service; by itself it reads nothing from a source. */
export function startDaemon(plan: DaemonPlan = {}): RunningDaemon {
  const { peer: script, ...given } = plan
  const time: NonNullable<DaemonPlan['time']> = plan.time ?? realTime
  const { clock, sleep } = time
  const peer = createScriptedService({ clock, sleep, ...script })
  const stop = new AbortController()
  const events: DaemonEvent[] = []
  let state = startState('service', clock.now())
  const stateDir = given.stateDir ?? folder()
  const ended = runServiceMode({
    service: peer.service,
    connector: describeTwingate(),
    build: { langVersion: '24', package: 'baton-twingate', packageVersion: '0' },
    host: {
      hostname: 'host',
      os: 'linux',
      platform: 'alpine',
      platformVersion: '3',
      platformFamily: 'alpine',
      kernelVersion: '6',
      kernelArch: 'x86_64',
      virtualizationSystem: 'none',
    },
    storeFor: (file) =>
      createSnapshotStore({ file, clock, random: (length) => randomBytes(length), log: silentLogger }),
    provisioning: true,
    ticketing: true,
    taskConcurrency: 3,
    skipFullSync: false,
    batch: false,
    syncTypes: [],
    random: (length) => randomBytes(length),
    log: silentLogger,
    workers: 2,
    shutdownGraceMs: 25_000,
    waits: createSourceWaits(),
    retries: { sync: quick, change: quick },
    ...given,
    ...{ clock, sleep, stateDir },
    stop: stop.signal,
    onEvent(event) {
      events.push(event)
      state = afterEvent(state, event, clock.monotonicMs())
    },
  })
  ended.catch(() => {})
  const end = (): Promise<void> => {
    stop.abort()
    return time.run ? time.run(ended) : ended
  }
  onTestFinished(() => end().catch(() => {}))
  return {
    ...{ peer, events, stateDir, ended },
    state: () => state,
    tellToStop: () => stop.abort(),
    stop: end,
  }
}
