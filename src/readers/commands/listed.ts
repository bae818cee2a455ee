/** What can be listed. */
export const LISTED = ['users', 'groups', 'roles', 'resources', 'entitlements', 'grants', 'syncs'] as const

export type Listed = (typeof LISTED)[number]
