import type { PageArguments } from './connection.ts'
import { matchesString, type StringFilter } from './filters.ts'
import { present } from './payload.ts'
import type { TenantAccess, TenantNetwork, TenantResource, TenantServiceAccount } from './tenant-network.ts'

type Named = PageArguments & { readonly filter?: { readonly name?: StringFilter | null } | null }
type AccessArguments = PageArguments & {
  readonly filter?: { readonly principalType?: { readonly in?: readonly string[] | null } | null } | null
}
type ById = { readonly id: string }
type ByIdOrName = { readonly id: string | null; readonly name: string | null }
type Page = (rows: readonly unknown[], args: PageArguments) => unknown

const PRINCIPAL_TYPES = { Group: 'GROUP', ServiceAccount: 'SERVICE_ACCOUNT' } as const

/** The resolvers of everything that `TenantNetwork` holds. `unreadable` are the words for an id that cannot be read. */
export function networkResolvers(network: TenantNetwork, page: Page, unreadable?: string) {
  const named = (rows: readonly { readonly name: string }[], args: Named) =>
    page(args.filter?.name ? rows.filter((row) => matchesString(row.name, args.filter?.name)) : rows, args)
  const byId = <T extends { readonly id: string }>(rows: readonly T[], { id }: ById) =>
    present(
      rows.find((row) => row.id === id),
      id,
      'id',
      unreadable,
    )
  const byIdOrName = <T extends { readonly id: string; readonly name: string }>(
    rows: readonly T[],
    args: ByIdOrName,
  ) => (args.id === null ? rows.find((row) => row.name === args.name) : byId(rows, { id: args.id }))

  const resource = {
    access: ({ access }: TenantResource, args: AccessArguments) => {
      const types = args.filter?.principalType?.in
      return page(types ? access.filter(({ kind }) => types.includes(PRINCIPAL_TYPES[kind])) : access, args)
    },
  }
  return {
    queries: {
      resources: (_: unknown, args: Named) => named(network.resources, args),
      resource: (_: unknown, args: ById) => byId(network.resources, args),
      remoteNetworks: (_: unknown, args: Named) => named(network.remoteNetworks, args),
      remoteNetwork: (_: unknown, args: ByIdOrName) => byIdOrName(network.remoteNetworks, args),
      connectors: (_: unknown, args: Named) => named(network.connectors, args),
      connector: (_: unknown, args: ById) => byId(network.connectors, args),
      gateways: (_: unknown, args: PageArguments) => page(network.gateways, args),
      gateway: (_: unknown, args: ById) => byId(network.gateways, args),
      serviceAccounts: (_: unknown, args: Named) => named(network.serviceAccounts, args),
      serviceAccount: (_: unknown, args: ById) => byId(network.serviceAccounts, args),
      serviceAccountKey: (_: unknown, args: ByIdOrName) => byIdOrName(network.keys, args),
    },
    types: {
      Resource: { __resolveType: ({ kind }: TenantResource) => kind },
      Principal: { __resolveType: (node: TenantAccess['node']) => ('keys' in node ? 'ServiceAccount' : 'Group') },
      NetworkResource: resource,
      KubernetesResource: resource,
      SSHResource: resource,
      WebAppResource: resource,
      DatabaseResource: resource,
      ServiceAccount: { keys: ({ keys }: TenantServiceAccount, args: PageArguments) => page(keys, args) },
    },
  }
}

/** Edges of access carry more than their node. */
export const accessEdge = {
  node: ({ node }: { readonly node: TenantAccess }) => node.node,
  expiresAt: ({ node }: { readonly node: TenantAccess }) => node.expiresAt,
  securityPolicy: ({ node }: { readonly node: TenantAccess }) => node.securityPolicy,
  accessPolicy: ({ node }: { readonly node: TenantAccess }) => node.accessPolicy,
  approvalMode: ({ node }: { readonly node: TenantAccess }) => node.approvalMode,
}
