import type { DatabaseSync } from 'node:sqlite'
import { Cycles } from '../state/cycles.ts'
import { Escrow } from '../state/escrow.ts'
import { Meta } from '../state/meta.ts'
import { isHeld } from '../state/open-state.ts'
import { Quarantine } from '../state/quarantine.ts'
import { TargetProfile } from '../target/profile.ts'
import { type StatusView, StoredProgress } from './status-view.ts'

const MOST_CYCLES = 5

/** What a state tells of its engine. `path` is where it stands. */
export function statusOf(path: string, database: DatabaseSync): StatusView {
  const meta = new Meta(database)
  const count = (from: string): number => Number(database.prepare(`select count(*) as n from ${from}`).get()?.['n'])
  const running = isHeld(path)
  // The last cycle may say that it runs although its process was killed.
  const cycles = new Cycles(database)
    .last(MOST_CYCLES)
    .map((cycle) => (cycle.state === 'running' && !running ? { ...cycle, state: 'interrupted' as const } : cycle))
  const progress = running ? StoredProgress.safeParse(parsed(meta.get('progress'))).data : undefined
  const pausedSince = meta.get('paused')
  const quarantine = new Quarantine(database).current()
  const code = quarantine
    ? 'Quarantine'
    : pausedSince !== undefined
      ? 'Paused'
      : cycles.length === 0
        ? 'NotRun'
        : 'Active'
  return {
    ...{ code, running, progress, pausedSince, quarantine, cycles },
    source: meta.get('source'),
    target: meta.get('target'),
    escrowed: new Escrow(database).count(),
    linked: count('link'),
    staged: count("operation where state = 'staged'"),
    unverified: isBlind(meta.get('profile'))
      ? count('target_member m join target_object g on g.key = m.group_key where g.members = 2')
      : 0,
  }
}

const isBlind = (profile: string | undefined): boolean =>
  TargetProfile.safeParse(parsed(profile)).data?.membersUnverifiable === true

const parsed = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text))
