import { setTimeout } from 'node:timers/promises'
import { createTransport } from '../../src/sdk/http/transport.ts'
import { silentLogger } from '../../src/sdk/ground/ports.ts'
import { Secret } from '../../src/sdk/ground/secret.ts'
import { openTarget, type TargetOptions } from '../../src/scim/target/open-target.ts'
import { startingProfile } from '../../src/scim/target/profile.ts'
import type { Target } from '../../src/scim/target/target.ts'

/** Opens a target over real HTTP with short retries; what is not said is as for a server of which nothing is known. */
export const openThrough = (url: string, token: string, options: Partial<TargetOptions> = {}): Target =>
  openTarget({
    url,
    token: new Secret(token),
    profile: startingProfile('generic'),
    transport: createTransport({ timeoutMs: 20_000, env: {} }),
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
    log: silentLogger,
    version: 'test',
    retry: { attempts: 4, attemptsIfMalformed: 3, firstWaitMs: 1, mostWaitMs: 5 },
    ...options,
  })
