import { adminWithoutMfa, lastAdmin } from './admin-rules.ts'
import { disabledMember } from './disabled-member.ts'
import { duplicateGroup, emptyGroup } from './group-rules.ts'
import { keyExpiry } from './key-expiry.ts'
import type { BuiltInRule } from './rule.ts'
import { standingAccess } from './standing-access.ts'

/** The built-in rules in the order of reports. */
export const BUILT_IN_RULES: readonly BuiltInRule[] = [
  disabledMember,
  lastAdmin,
  adminWithoutMfa,
  emptyGroup,
  duplicateGroup,
  standingAccess,
  keyExpiry,
]
