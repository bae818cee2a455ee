import { ConnectorError } from '../../ground/errors.ts'
import { parseResourceBid } from '../../model/ids.ts'
import { defaultRetryPolicy } from '../../pacing/retry.ts'
import { usualTypes } from '../../contract/connector.ts'
import type { Scope } from '../../contract/syncer.ts'
import { runSync, type SyncResult } from '../../sync/engine.ts'
import type { SyncEvent } from '../../sync/request.ts'
import type { SyncSummary } from '../../sync/summary.ts'
import { createProgress, type Progress } from '../output/progress.ts'
import { summaryJson, summaryTable } from '../output/summary.ts'
import type { Ambient } from '../ambient.ts'
import { openStore } from './open-store.ts'
import { plural } from '../../text/plural.ts'
import { parsePercent } from '../../text/percent-text.ts'
import type { Product } from '../product.ts'
import type { Io } from '../io.ts'
import type { SourceCall } from '../core/core-command.ts'
import type { RunConfig } from '../../settings/catalog.ts'

/** The command without a subcommand: reads the tenant into the snapshot file and prints what it did. */
export async function sync({ product, ambient, config, io }: SourceCall): Promise<number> {
  const summary = await syncOnce(product, ambient, config, io)
  io.stdout.write(config.output === 'json' ? summaryJson(summary) : summaryTable(summary, ambient.style))
  return 0
}

/** Reads one tenant into its snapshot file and tells how far it is on standard error. Errors: any `ConnectorError`. */
export async function syncOnce(
  product: Product,
  ambient: Ambient,
  config: RunConfig,
  io: SyncIo,
): Promise<SyncSummary> {
  const { clock, signal } = ambient
  const progress = createProgress(io.status, ambient)
  const { connector, traffic } = await product.open(config, ambient, io, {
    onWait: (until) => progress.show({ waitingUntil: until }),
  })
  const targets = config['sync-resources'].map((bid) => parseResourceBid(bid).resource)
  let pages = 0
  try {
    const result = await runSync({
      connector,
      store: openStore(config, ambient, io.log),
      // Whoever names a resource wants its type read.
      scope: scopeOf(config, [...usualTypes(connector), ...targets.map(({ type }) => type)]),
      ...(targets.length > 0 && { targets }),
      ...shrinkLimit(config),
      expand: !config['skip-expand-grants'],
      workers: config.workers,
      retry: defaultRetryPolicy,
      clock,
      log: io.log,
      signal,
      onEvent(event) {
        if (event.kind === 'page') pages = event.pages
        tell(event, progress, io, product.readsAMinute)
      },
    })
    return summaryOf(result, traffic())
  } catch (error) {
    const failure = ConnectorError.from(error, 'sync')
    // A sync that does not add up, or lost too much, is read from its start.
    if (targets.length > 0 || pages === 0 || failure.code === 'aborted' || failure.code === 'failed-precondition')
      throw failure
    throw failure.reworded((detail) => `${detail} (what was read is kept: the same command goes on from there)`)
  } finally {
    progress.end()
  }
}

/** What one sync tells, whoever asked for it. */
export type SyncIo = Pick<Io, 'stderr' | 'status' | 'log' | 'reread' | 'setIn'>

function scopeOf(config: RunConfig, usual: readonly string[]): Scope {
  const chosen = config['sync-resource-types']
  const entitlements = !config['skip-entitlements-and-grants']
  return {
    types: new Set(chosen.length > 0 ? chosen : usual),
    entitlements,
    grants: entitlements && !config['skip-grants'],
  }
}

/** The limit that `--max-shrink` sets, as a sync takes it. */
export function shrinkLimit(config: Pick<RunConfig, 'max-shrink'>): { readonly mostShrinkPercent?: number } {
  const most = parsePercent(config['max-shrink'] ?? '')
  return most === undefined ? {} : { mostShrinkPercent: most }
}

const PHASES = { collect: 'reading', reconcile: 'checking' } as const

function tell(event: SyncEvent, progress: Progress, io: SyncIo, readsAMinute: number | undefined): void {
  switch (event.kind) {
    case 'started':
    case 'retry':
      return
    case 'estimate':
      io.stderr.write(`${estimateLine(event.requests, readsAMinute)}\n`)
      progress.expect(event.requests, waitOf(event.requests, readsAMinute) * 60_000)
      return
    case 'page': {
      const { phase, type, done, total, pages } = event
      progress.show({ phase: `${PHASES[phase]} ${plural(type)}`, done, pages, ...(total !== undefined && { total }) })
      return
    }
    case 'sealing':
      progress.show({ phase: 'writing the file', done: 0, pages: 0 })
  }
}

/** Minutes that the limit of the source holds so many requests back. The first go without waiting. */
const waitOf = (requests: number, readsAMinute = Infinity): number =>
  requests <= readsAMinute ? 0 : requests / readsAMinute

function estimateLine(requests: number, readsAMinute: number | undefined): string {
  const about = `about ${requests} ${requests === 1 ? 'request' : 'requests'}`
  if (readsAMinute === undefined) return about
  const minutes = Math.round(waitOf(requests, readsAMinute))
  const time = minutes === 0 ? 'less than a minute' : minutes === 1 ? 'about a minute' : `about ${minutes} minutes`
  return `${about}; ${time} at ${readsAMinute} a minute`
}

function summaryOf(
  result: SyncResult,
  traffic: { readonly requests: number; readonly refusals: number; readonly waitedMs: number },
): SyncSummary {
  const { requests, refusals, waitedMs } = traffic
  return {
    syncId: result.syncId,
    syncType: result.kind,
    resumed: result.resumed,
    file: result.file.path,
    bytes: result.file.bytes,
    durationMs: result.durationMs,
    counts: result.counts,
    ...(result.expanded && { expandedGrants: result.expanded.added }),
    requests,
    waits: waitedMs > 0 ? [{ count: refusals, ms: Math.round(waitedMs), cause: 'rate limit' }] : [],
    retries: result.retries,
    repairs: { ...result.repairs },
    warnings: result.warnings,
  }
}
