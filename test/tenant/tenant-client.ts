import { setTimeout as wait } from 'node:timers/promises'
import { createTwingateClient, type TwingateClient } from '../../src/twingate/client.ts'
import { createTransport } from '../../src/sdk/http/transport.ts'
import { silentLogger, type Clock, type Sleep } from '../../src/sdk/ground/ports.ts'
import type { ProvisionCall } from '../../src/sdk/contract/provisioner.ts'
import { createRatePacer } from '../../src/sdk/pacing/rate-limit.ts'
import { Secret } from '../../src/sdk/ground/secret.ts'
import { WRITE_KEY } from './api-keys.ts'
import type { RunningTenant } from './start-tenant.ts'

export interface ClientPlan {
  readonly key?: string
  readonly timeoutMs?: number
  readonly clock?: Clock
  readonly sleep?: Sleep
}

/** The real client over HTTP against a running tenant. */
export function clientOf(server: RunningTenant, plan: ClientPlan = {}): TwingateClient {
  const clock = plan.clock ?? { now: () => new Date(), monotonicMs: () => performance.now() }
  const sleep = plan.sleep ?? ((ms, signal) => wait(ms, undefined, { signal }))
  const pacer = (requests: number) => createRatePacer({ clock, sleep, published: { requests, windowMs: 60_000 } })
  return createTwingateClient({
    url: new URL(server.url),
    key: new Secret(plan.key ?? WRITE_KEY),
    mayMoveTo: () => false,
    transport: createTransport({ timeoutMs: plan.timeoutMs ?? 10_000, env: {} }),
    pacers: { read: pacer(60), write: pacer(20) },
    clock,
    userAgent: 'baton-twingate/0',
  })
}

export const call: ProvisionCall = Object.freeze({ signal: new AbortController().signal, log: silentLogger })

/** For waits that need not pass. */
export const noTime: Sleep = async () => {}
