import { statSync } from 'node:fs'
import { z } from 'zod'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { type StatusAmbient, statusesIn } from '../../../sdk/cli/commands/status.ts'
import type { DaemonStatus } from '../../../sdk/cli/output/status-report.ts'
import { LogRecords } from '../../../scim/state/log-records.ts'
import { joinState } from '../../../scim/state/open-state.ts'
import { statusOf } from '../../../scim/commands/status-of.ts'
import type { Daemon, Runs } from '../answers-work.ts'

/** Where what runs keeps its state. */
export interface RunPlaces {
  readonly stateDir: string | undefined
  readonly scimState: string | undefined
  readonly ambient: StatusAmbient
}

const MOST_RECORDS = 100

/** What the daemon and the engine of scim last told of themselves. Nothing is asked of Twingate, and nothing is changed. */
export function runsOf({ stateDir, scimState, ambient }: RunPlaces, failedOnly: boolean): Runs {
  return {
    now: ambient.now().toISOString(),
    daemons: stateDir === undefined ? [] : statusesIn(stateDir, ambient.now(), ambient).map(toldOf),
    ...(scimState !== undefined && { scim: scimIn(scimState, failedOnly) }),
  }
}

function toldOf(status: DaemonStatus): Daemon {
  const { last, tenant = null } = status
  const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0)
  return {
    tenant,
    running: status.running,
    because: status.running ? null : status.because,
    ...{ mode: last?.mode ?? null, connection: last?.connection ?? null, since: last?.startedAt ?? null },
    ...{ ready: last?.ready ?? false, notReadyBecause: last?.notReadyBecause ?? null },
    ...{ updatedAt: last?.updatedAt ?? null, nextAt: last?.nextPollAt ?? null },
    tasks: (last?.tasks ?? []).map(({ id, kind, since, progress }) => ({
      ...{ id, kind, since, phase: progress?.phase ?? null, done: progress?.done ?? 0 },
      ...{ total: progress?.total ?? null, waitingUntil: progress?.waitingUntil ?? null },
    })),
    lastSync: last?.lastSync
      ? {
          ...{ finishedAt: last.lastSync.finishedAt, durationMs: last.lastSync.durationMs, bytes: last.lastSync.bytes },
          ...{ resources: sum(last.lastSync.resources), grants: sum(last.lastSync.grants) },
        }
      : null,
    errors: last?.errors ?? [],
    undelivered: last?.undelivered ?? 0,
  }
}

const NOTHING: NonNullable<Runs['scim']> = {
  ...{ missing: null, code: null, running: false, source: null, target: null, pausedSince: null, progress: null },
  ...{ quarantine: null, escrowed: 0, linked: 0, staged: 0, cycles: [], log: [] },
}

function scimIn(path: string, failedOnly: boolean): NonNullable<Runs['scim']> {
  if (!statSync(path, { throwIfNoEntry: false }))
    return { ...NOTHING, missing: `there is no state ${path}; scim run makes it` }
  try {
    return readScim(path, failedOnly)
  } catch (error) {
    return { ...NOTHING, missing: ConnectorError.from(error, 'read the state').detail }
  }
}

const Counts = z.record(z.string(), z.unknown())

function readScim(path: string, failedOnly: boolean): NonNullable<Runs['scim']> {
  const state = joinState(path)
  try {
    const view = statusOf(path, state.database)
    const { code, running, escrowed, linked, staged, quarantine, progress } = view
    const records = new LogRecords(state.database).find({ failedOnly, since: undefined, limit: MOST_RECORDS })
    return {
      ...{ missing: null, code, running, escrowed, linked, staged },
      ...{ source: view.source ?? null, target: view.target ?? null, pausedSince: view.pausedSince ?? null },
      progress: progress
        ? { phase: progress.phase, done: progress.done, total: progress.total ?? null, leftMs: progress.leftMs ?? null }
        : null,
      quarantine: quarantine
        ? { reason: quarantine.reason, detail: quarantine.detail, nextAttempt: quarantine.nextAttempt.toISOString() }
        : null,
      cycles: view.cycles.map((cycle) => ({
        ...{ id: cycle.id, kind: cycle.kind, state: cycle.state, began: cycle.began.toISOString() },
        ...{ ended: cycle.ended?.toISOString() ?? null, detail: cycle.detail ?? null },
        said: cycle.counts ? sayCounts(Counts.parse(cycle.counts)) : null,
      })),
      log: [...records].toReversed().map((record) => ({
        ...{ id: record.id, at: record.activityDateTime, kind: record.kind, action: record.provisioningAction },
        ...{ status: record.status, reason: record.reason ?? null, steps: record.provisioningSteps },
        name: record.sourceIdentity?.displayName ?? record.targetIdentity?.displayName ?? '',
      })),
    }
  } finally {
    state.close()
  }
}

/** `3 created, 2 members added`; of what there is. */
function sayCounts(counts: Readonly<Record<string, unknown>>): string {
  const said = Object.entries(counts).flatMap(([name, count]) =>
    typeof count === 'number' && count > 0 && name !== 'requests' && name !== 'entitled'
      ? [`${count} ${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`]
      : [],
  )
  return said.length === 0 ? 'nothing to do' : said.join(', ')
}
