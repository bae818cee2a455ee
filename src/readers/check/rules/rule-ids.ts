/** Ids of the built-in rules, in the order of reports. They are a public format. */
export const RULE_IDS = [
  'disabled-member',
  'last-admin',
  'admin-without-mfa',
  'empty-group',
  'duplicate-group',
  'standing-access',
  'key-expiry',
] as const

export type RuleId = (typeof RULE_IDS)[number]
