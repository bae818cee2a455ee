import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BatonPeer } from './baton-peer.ts'
import type { RunningDaemon } from './running-daemon.ts'
import type { PeerEvent, TaskSummary } from './peer-events.ts'
import type { Ending, ScriptOutcome, ServiceScript, ServiceSubject } from './service-script.ts'

/** Runs a script with a daemon of its own against a fresh peer. `folder` is for the daemon's files. */
export async function runServiceScript(
  script: ServiceScript,
  subject: ServiceSubject,
  peer: BatonPeer,
  folder: string,
): Promise<ScriptOutcome> {
  const temp = join(folder, 'temp')
  await mkdir(temp)
  await peer.tell({ do: 'pace', idlePollMs: 50, busyPollMs: 0, nextHeartbeatMs: 1000 })
  for (const command of script.before ?? []) await peer.tell(command)
  for (const fault of script.faults ?? []) await peer.tell({ do: 'fault', fault })
  const future = script.isFuture ? { unknownField: 199 } : {}
  const { ids } = await peer.tell({ do: 'enqueue', tasks: script.tasks(subject.tasks), ...future })
  const options = { provisioning: true, slowPages: false, slowChanges: false, ...script.options, temp }
  let daemon = subject.start(peer, options)
  let exit: ScriptOutcome['exit']
  try {
    await script.during?.({
      peer,
      ids: ids as readonly string[],
      signal: (name) => daemon.signal(name),
      startAgain: async () => {
        await daemon.ended
        daemon = subject.start(peer, options)
      },
    })
    exit = await settled(peer, daemon, subject, script.exits !== undefined)
  } finally {
    await daemon.stop()
  }
  const violations = await peer.violations()
  const { tasks } = await peer.summary()
  const left = (await readdir(temp)).filter((name) => !subject.stays.includes(name)).length
  return { endings: tasks.map(endingOf), ...(exit === undefined ? {} : { exit }), left, violations }
}

function endingOf(task: TaskSummary): Ending {
  if (task.state === 'delivered') return 'delivered'
  if (task.acknowledged === 0) return 'unfinished'
  if (task.outcome === undefined) return 'hello'
  return task.code === undefined ? task.outcome : `${task.outcome} ${task.code}`
}

/**
 * Resolves when all tasks are done with and polls show that the daemon is, too; when it ends (with its exit code); when it does nothing but
 * poll for as long as the subject's patience lasts; and at the limit. Where the daemon is to end, only its end and the limit count.
 */
async function settled(
  peer: BatonPeer,
  daemon: RunningDaemon,
  { patienceMs, limitMs }: ServiceSubject,
  isToEnd: boolean,
): Promise<ScriptOutcome['exit']> {
  const { promise, resolve } = Promise.withResolvers<ScriptOutcome['exit']>()
  const limit = setTimeout(() => resolve(undefined), limitMs)
  let patience: NodeJS.Timeout | undefined
  let pollsLeft = POLLS_AFTER_THE_LAST
  const consider = (event: PeerEvent, isDrained: boolean): void => {
    if (isToEnd) return
    if (isGoodPoll(event)) {
      patience ??= setTimeout(() => resolve(undefined), patienceMs)
      pollsLeft -= isDrained ? 1 : 0
      if (pollsLeft === 0) resolve(undefined)
    } else if (!isPoll(event)) {
      clearTimeout(patience)
      patience = undefined
    }
  }
  // The last task can have ended before anybody listened.
  const { open } = await peer.summary()
  let isDrained = open === 0
  const unlisten = peer.listen((event) => {
    isDrained ||= event.event === 'drained'
    consider(event, isDrained)
  })
  void daemon.ended.then(resolve)
  try {
    return await promise
  } finally {
    unlisten()
    clearTimeout(patience)
    clearTimeout(limit)
  }
}

/** A daemon that polls so often after the last task has tidied up after it. */
const POLLS_AFTER_THE_LAST = 3

const isPoll = (event: PeerEvent): boolean => event.event === 'rpc' && /^GetTasks?$/.test(event.rpc)
const isGoodPoll = (event: PeerEvent): boolean =>
  event.event === 'answer' && /^GetTasks?$/.test(event.rpc) && event.code === 0 && !event.tampered
