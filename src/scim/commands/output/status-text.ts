import { formatDuration } from '../../../sdk/text/duration.ts'
import { printable } from '../../../sdk/text/printable.ts'
import type { Cycle } from '../../state/cycles.ts'
import type { StatusView } from '../status-view.ts'
import { progressText } from './progress-line.ts'
import { countWords, number, plural, skippedWords } from './words.ts'

/** A status as a person reads it: what it is about, what it does now, what is wrong, the last cycles. */
export function statusLines(view: StatusView, now: Date): readonly string[] {
  const {
    code,
    running,
    source,
    target,
    progress,
    pausedSince,
    quarantine,
    escrowed,
    linked,
    staged,
    unverified,
    cycles,
  } = view
  const line = (name: string, text: string): string => `${name.padEnd(11)} ${text}`
  return [
    line('status', `${WORDS[code]}${running ? '' : '; no program runs'}`),
    ...(source === undefined ? [] : [line('source', printable(source))]),
    ...(target === undefined ? [] : [line('target', printable(target))]),
    ...(progress ? [line('now', progressText(progress, progress.leftMs))] : []),
    ...(pausedSince === undefined ? [] : [line('paused', `since ${pausedSince}; scim resume goes on`)]),
    ...(quarantine
      ? [
          line('quarantine', `${quarantine.reason}: ${printable(quarantine.detail)}`),
          line('', `since ${quarantine.began.toISOString()}, next attempt ${until(quarantine.nextAttempt, now)}`),
        ]
      : []),
    line('linked', plural(linked, 'object')),
    ...(unverified > 0
      ? [line('unverified', `${plural(unverified, 'membership')} sent to a target that shows none`)]
      : []),
    ...(escrowed > 0 ? [line('failed', `${plural(escrowed, 'object')}; scim log --failed says why`)] : []),
    ...(staged > 0 ? [line('waiting', `${number(staged)} to disable or delete, for scim allow-deletes`)] : []),
    ...cycles.map((cycle, n) => line(n === 0 ? 'cycles' : '', cycleText(cycle))),
  ]
}

const WORDS = {
  NotRun: 'has not run yet',
  Active: 'active',
  Paused: 'paused',
  Quarantine: 'in quarantine',
} as const

const until = (at: Date, now: Date): string => {
  const ms = at.getTime() - now.getTime()
  return ms <= 0 ? 'is due' : `in ${formatDuration(ms)}`
}

function cycleText({ id, kind, began, ended, state, counts, detail, reason }: Cycle): string {
  const took = ended ? `, ${formatDuration(ended.getTime() - began.getTime())}` : ''
  const skipped = counts && skippedWords(counts.skipped)
  return [
    `${id}  ${began.toISOString().slice(0, 19).replace('T', ' ')}  ${kind}  ${state}${took}`,
    ...(counts ? [`${countWords(counts, detail)} (${plural(counts.requests, 'request')})`] : []),
    ...(skipped === undefined ? [] : [skipped]),
    ...(reason === undefined ? [] : [printable(reason)]),
    ...(detail === undefined ? [] : [printable(detail)]),
  ].join('; ')
}
