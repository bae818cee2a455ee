import { ACCESS_REQUEST_COMMANDS } from './access-request.ts'
import { ACCOUNT_COMMANDS } from './account.ts'
import { applyCommand } from './apply.ts'
import type { ChangeCommand } from './change-command.ts'
import { DEVICE_COMMANDS } from './device.ts'
import { grantCommand, revokeCommand } from './grant.ts'
import { GROUP_COMMANDS } from './group.ts'
import { offboardCommand } from './offboard.ts'
import { roleCommand } from './role.ts'
import { SERVICE_ACCOUNT_COMMANDS } from './service-account.ts'

/** The commands that change something at Twingate, in the order of the help. Each loads what carries it out when it is called. */
export const CHANGE_COMMANDS: readonly ChangeCommand[] = [
  ...[grantCommand, revokeCommand, roleCommand, applyCommand],
  ...ACCOUNT_COMMANDS,
  offboardCommand,
  ...DEVICE_COMMANDS,
  ...ACCESS_REQUEST_COMMANDS,
  ...GROUP_COMMANDS,
  ...SERVICE_ACCOUNT_COMMANDS,
]

export const FAMILIES: Readonly<Record<string, string>> = {
  account: 'create, change and delete users',
  device: 'trust, block and archive devices',
  'access-request': 'list requests for access, and decide on them',
  group: 'create, rename and delete groups',
  'service-account key': 'create, rotate and revoke keys of service accounts',
}
