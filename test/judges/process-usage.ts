import { readdirSync, readFileSync } from 'node:fs'

/** What all processes of a group hold and have used. */
export interface ProcessUsage {
  readonly rssBytes: number
  readonly cpuSeconds: number
  readonly processes: number
}

const PAGE = 4096
const TICKS_A_SECOND = 100

/** Reads it for the group that a process leads. Linux only: it looks into /proc. */
export function usageOfGroup(leader: number): ProcessUsage {
  let usage = { rssBytes: 0, cpuSeconds: 0, processes: 0 }
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const fields = statOf(name)
    if (Number(fields?.[GROUP]) !== leader) continue
    const at = (index: number): number => Number(fields?.[index])
    usage = {
      rssBytes: usage.rssBytes + at(RSS) * PAGE,
      cpuSeconds: usage.cpuSeconds + (at(USER_TIME) + at(SYSTEM_TIME)) / TICKS_A_SECOND,
      processes: usage.processes + 1,
    }
  }
  return usage
}

/** Places in /proc/PID/stat behind the name, which may hold spaces and brackets. Source: proc_pid_stat(5). */
const [GROUP, USER_TIME, SYSTEM_TIME, RSS] = [2, 11, 12, 21] as const

function statOf(pid: string): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}
