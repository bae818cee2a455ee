import { z } from 'zod'

/** Shapes of what `baton … -o json` prints, reduced to what is compared. Empty lists are left out of its output. */
const resourceId = z.object({ resourceType: z.string(), resource: z.string() })
const resource = z.object({ id: resourceId, displayName: z.string().default('') })
const entitlement = z.object({ id: z.string(), slug: z.string(), resource: z.object({ id: resourceId }) })

export const resourcesOutput = z.object({
  resources: z.array(z.object({ resource, resourceType: z.object({ id: z.string() }) })).default([]),
})

export const entitlementsOutput = z.object({
  entitlements: z.array(z.object({ entitlement, resource })).default([]),
})

export const grantsOutput = z.object({
  grants: z
    .array(
      z.object({
        grant: z.object({ id: z.string(), entitlement: z.object({ id: z.string() }) }),
        entitlement,
        resource,
        principal: resource,
      }),
    )
    .default([]),
})

export const accessOutput = z.object({
  principal: resource,
  access: z.array(z.object({ resource, entitlements: z.array(entitlement) })).default([]),
})

/** 64-bit integers are JSON strings in protojson. */
const counts = z.record(z.string(), z.coerce.number()).default({})

export const statsOutput = z.object({
  id: z.string(),
  syncType: z.string(),
  stats: z.object({
    resourcesByResourceType: counts,
    entitlementsByResourceType: counts,
    grantsByResourceType: counts,
  }),
})

export const syncsOutput = z.object({
  syncs: z
    .array(
      z.object({
        id: z.string(),
        syncType: z.string(),
        startedAt: z.string(),
        endedAt: z.string().optional(),
      }),
    )
    .default([]),
})

const changes = z.object({
  created: z.array(z.unknown()).default([]),
  deleted: z.array(z.unknown()).default([]),
  modified: z.array(z.unknown()).default([]),
})

export const diffOutput = z.object({ resources: changes, entitlements: changes, grants: changes })
export type DiffOutput = z.infer<typeof diffOutput>
