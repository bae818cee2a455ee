import { Expansion } from '../access/expansion.ts'
import { endOfSync } from '../file/open-files.ts'
import type { SyncView } from '../file/sync-view.ts'
import { keyOf, typeWord, type Thing } from '../model/thing.ts'
import { IN_TENANT, kindOfSlug, kindOfWord, NAMESPACE, SOURCE_KIND, TENANT_KIND } from './bloodhound-kinds.ts'
import { givenAccess } from './given-access.ts'

type Property = string | number | boolean

interface Node {
  readonly id: string
  readonly kinds: readonly string[]
  readonly properties: Readonly<Record<string, Property>>
}

interface Edge {
  readonly kind: string
  readonly start: { readonly value: string; readonly match_by: 'id' }
  readonly end: { readonly value: string; readonly match_by: 'id' }
  readonly properties?: Readonly<Record<string, Property>>
}

/** A graph and the definition of its kinds, both as BloodHound takes them. */
export interface BloodhoundGraph {
  readonly graph: {
    readonly metadata: { readonly source_kind: string }
    readonly graph: { readonly nodes: readonly Node[]; readonly edges: readonly Edge[] }
  }
  readonly extension: object
}

/**
 * Resources as nodes, and who holds what on them as edges, as connectors gave it: BloodHound follows groups itself.
 *
 * Shape: a grant that passes on is an edge from the group to the resource. Where a grant has ended by the time of the sync, its edge is left out.
 * Source: BloodHound OpenGraph, nodes, edges, metadata, extension definition schema.
 */
export function bloodhoundGraph(view: SyncView, tenant: string): BloodhoundGraph {
  const expansion = new Expansion(view)
  const base = `${NAMESPACE.toLowerCase()}:${tenant}`
  const idOf = (key: string): string => `${base}:${key}`
  const nodes = new Map<string, Node>([
    [base, { id: base, kinds: [TENANT_KIND], properties: { name: tenant, syncedat: endOfSync(view.sync) } }],
  ])
  const edges: Edge[] = []
  const link = (kind: string, from: string, to: string, properties?: Edge['properties']): void => {
    const ends = { start: { value: from, match_by: 'id' }, end: { value: to, match_by: 'id' } } as const
    edges.push({ kind, ...ends, ...(properties && { properties }) })
  }
  const addNode = (thing: Thing): void => {
    const id = idOf(keyOf(thing.id))
    if (nodes.has(id)) return
    nodes.set(id, { id, kinds: [kindOfWord(thing.id.type)], properties: propertiesOf(thing, tenant) })
    link(IN_TENANT, id, base)
  }
  for (const thing of view.things()) addNode(thing)
  const slugs = new Map<string, string>()
  const now = endOfSync(view.sync)
  for (const { entitlement, principal, holdersOf, until } of givenAccess(view, expansion)) {
    if (until !== undefined && until.toISOString() <= now) continue
    // The group itself holds it, too, and of that there is an edge.
    if (holdersOf && keyOf(holdersOf.resource) === keyOf(entitlement.resource)) continue
    addNode(view.thing(principal))
    addNode(view.thing(entitlement.resource))
    const kind = kindOfSlug(entitlement.slug)
    slugs.set(kind, entitlement.slug)
    if (holdersOf) continue
    const ends = until && { until: until.toISOString() }
    link(kind, idOf(keyOf(principal)), idOf(keyOf(entitlement.resource)), ends)
  }
  return {
    graph: { metadata: { source_kind: SOURCE_KIND }, graph: { nodes: [...nodes.values()], edges } },
    extension: extensionOf(view, slugs),
  }
}

/** Flat, in lower case, and never null: BloodHound refuses anything else. */
function propertiesOf(thing: Thing, tenant: string): Node['properties'] {
  const known: Readonly<Record<string, Property | undefined>> = {
    name: thing.name,
    displayname: thing.name,
    tenant,
    resourcetype: thing.id.type,
    resourceid: thing.id.id,
    email: thing.email,
    login: thing.login,
    status: thing.status,
    description: thing.description,
    mfa: thing.mfa,
    createdat: thing.createdAt?.toISOString(),
    lastloginat: thing.lastLoginAt?.toISOString(),
  }
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  )
}

/** Raised where the meaning of a kind changes. */
const EXTENSION_VERSION = '1.0.0'

const ICONS: Readonly<Record<string, string>> = { user: 'user', group: 'users', role: 'user-shield', other: 'cube' }
const COLORS: Readonly<Record<string, string>> = {
  user: '#17E625',
  group: '#DBE617',
  role: '#DA6FDA',
  other: '#68B7D7',
}

function extensionOf(view: SyncView, slugs: ReadonlyMap<string, string>): object {
  const kinds = [...view.types.values()].map(({ id, displayName, description, traits }) => {
    const look = ['user', 'group', 'role'].find((trait) => traits.some((each) => each === trait)) ?? 'other'
    return {
      name: kindOfWord(id),
      display_name: displayName === '' ? typeWord(id) : displayName,
      description,
      is_display_kind: true,
      icon: ICONS[look],
      color: COLORS[look],
    }
  })
  return {
    schema: { name: NAMESPACE, display_name: 'Baton snapshot', version: EXTENSION_VERSION, namespace: NAMESPACE },
    node_kinds: [
      {
        name: TENANT_KIND,
        display_name: 'Tenant',
        description: 'What one snapshot is of',
        is_display_kind: true,
        icon: 'building',
        color: '#AAAAAA',
      },
      ...kinds,
    ],
    relationship_kinds: [
      ...Array.from(slugs, ([name, slug]) => ({
        name,
        description: `Holds the entitlement ${slug}`,
        is_traversable: true,
      })),
      { name: IN_TENANT, description: 'Belongs to the tenant', is_traversable: false },
    ],
    environments: [
      {
        environment_kind: TENANT_KIND,
        source_kind: SOURCE_KIND,
        principal_kinds: view.typesWhere(({ traits }) => traits.includes('user')).map(kindOfWord),
      },
    ],
    relationship_findings: [],
  }
}
