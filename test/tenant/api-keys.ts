/** The three levels an Admin API key can have. Mutations need more than `read`. */
export type KeyLevel = 'read' | 'write' | 'provision'

/** One well-known key a level, for tests; each opens nothing but a test tenant. */
export const READ_KEY = 'tenant-read-key'
export const WRITE_KEY = 'tenant-write-key'
export const PROVISION_KEY = 'tenant-provision-key'

export const TENANT_KEYS: Readonly<Record<string, KeyLevel>> = {
  [READ_KEY]: 'read',
  [WRITE_KEY]: 'write',
  [PROVISION_KEY]: 'provision',
}
