import type { Kind } from '../model.ts'

/** URN of the core schema of a kind. Source: RFC 7643 §8.7.1. */
export const CORE_SCHEMA: Readonly<Record<Kind, string>> = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
}

/** URN of the envelope of a PATCH. Source: RFC 7644 §3.5.2. */
export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** Where the objects of a kind live, below the base address. Source: RFC 7644 §3.2. */
export const ENDPOINT: Readonly<Record<Kind, string>> = { user: '/Users', group: '/Groups' }
