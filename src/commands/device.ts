import { byId } from './by-id.ts'
import type { ChangeCommand } from './change-command.ts'

const device = (verb: string, summary: string, outcomes: readonly [string, string]): ChangeCommand =>
  byId({ family: 'device', verb, summary, id: 'RGV2aWNlOjgx', outcomes })

/** The commands of devices, in the order of the help. */
export const DEVICE_COMMANDS: readonly ChangeCommand[] = [
  device('trust', 'mark a device as trusted', ['trusted', 'already-trusted']),
  device('untrust', 'mark a device as not trusted', ['untrusted', 'already-untrusted']),
  device('block', 'cut a device off at once', ['blocked', 'already-blocked']),
  device('unblock', 'let a blocked device in again', ['unblocked', 'already-unblocked']),
  device('archive', 'take a device out of use', ['archived', 'already-archived']),
]
