import { readFileSync } from 'node:fs'
import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isObjectType,
} from './graphql.ts'
import { createSchema } from 'graphql-yoga'
import { type Edge, encodeCursor, type PageArguments, type PageSizes, paginate } from './connection.ts'
import {
  filterGroups,
  filterPolicies,
  filterUsers,
  type GroupFilter,
  type PolicyFilter,
  type UserFilter,
} from './filters.ts'
import type { Habits } from './habits.ts'
import { respelt } from './global-id.ts'
import type { TenantGroup, TenantPolicy, TenantUser } from './model.ts'
import { deviceResolvers } from './device-resolvers.ts'
import { keyMutations } from './key-mutations.ts'
import { mutations } from './mutations.ts'
import { present } from './payload.ts'
import { accessEdge, networkResolvers } from './network-resolvers.ts'
import type { Tenant } from './tenant.ts'

type Filtered<F> = PageArguments & { readonly filter?: F | null }
type ById = { readonly id: string }
type ByIdOrName = { readonly id: string | null; readonly name: string | null }

const typeDefs = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8')

function withoutField(definitions: string, field: string): string {
  const [type, name] = field.split('.')
  const rest = definitions.replace(
    new RegExp(`(^type ${type}\\b[^}]*?)\\n  ${name}\\b(?:\\([^)]*\\))?[^\\n]*`, 'm'),
    '$1',
  )
  if (rest === definitions) throw new Error(`the schema has no ${field}`)
  return rest
}

function hideFields(type: GraphQLObjectType, { unshown = [] }: Habits): void {
  for (const { field, of } of unshown) {
    const found = field.startsWith(`${type.name}.`) ? type.getFields()[field.slice(type.name.length + 1)] : undefined
    if (!found) continue
    const { resolve = defaultFieldResolver } = found
    found.resolve = (source: unknown, ...more) => {
      const isIt =
        of === undefined || (typeof source === 'object' && source !== null && 'id' in source && source.id === of)
      if (isIt) throw new GraphQLError(`${field} is not available`)
      return resolve(source, ...more)
    }
  }
}

/** The executable schema over one tenant. All resolvers are synchronous and read the tenant as it is at that moment. */
export const tenantSchema = (tenant: Tenant, sizes: PageSizes, habits: Habits = {}): GraphQLSchema => {
  const page = <T>(rows: readonly T[], args: PageArguments) => {
    const { firstLimit = Infinity, overLimit } = habits
    if ((args.first ?? 0) > firstLimit) {
      const usual = `Requesting ${String(args.first)} records exceeds the \`first\` limit of ${String(firstLimit)} records.`
      const { message = usual, code } = overLimit ?? {}
      throw new GraphQLError(message, code === undefined ? {} : { extensions: { code } })
    }
    return paginate(rows, args, sizes)
  }
  const usersPage = (users: readonly TenantUser[], args: Filtered<UserFilter>) =>
    page(filterUsers(users, args.filter, habits.filters), args)
  const groupsPage = (groups: readonly TenantGroup[], args: Filtered<GroupFilter>) =>
    page(filterGroups(groups, args.filter, habits.filters), args)
  const spelt = (id: string) => (habits.looseIds ? respelt(id) : id)
  const network = networkResolvers(tenant.network, page, habits.unreadableId)
  const devices = deviceResolvers(tenant, page)
  const edge = { cursor: ({ offset }: Edge<unknown>) => encodeCursor(offset) }

  const schema = createSchema({
    typeDefs: (habits.withoutFields ?? []).reduce(withoutField, typeDefs),
    resolverValidationOptions: { requireResolversToMatchSchema: 'ignore' },
    resolvers: {
      ...network.types,
      QueriesRoot: {
        ...network.queries,
        ...devices.queries,
        users: (_: unknown, args: Filtered<UserFilter>) => usersPage(tenant.users, args),
        user: (_: unknown, { id }: ById) => present(tenant.user(spelt(id)), id, 'id', habits.unreadableId),
        groups: (_: unknown, args: Filtered<GroupFilter>) => groupsPage(tenant.groups, args),
        group: (_: unknown, { id }: ById) => present(tenant.group(spelt(id)), id, 'id', habits.unreadableId),
        securityPolicies: (_: unknown, args: Filtered<PolicyFilter>) =>
          paginate(filterPolicies(tenant.policies, args.filter), args, sizes),
        securityPolicy: (_: unknown, { id, name }: ByIdOrName) =>
          tenant.policies.find((policy) => (id === null ? policy.name === name : policy.id === id)),
      },
      MutationsRoot: { ...mutations(tenant), ...devices.mutations, ...keyMutations(tenant.network) },
      User: {
        isAdmin: (user: TenantUser) => user.role === 'ADMIN',
        groups: (user: TenantUser, args: Filtered<GroupFilter>) => groupsPage(user.groups, args),
      },
      Group: {
        users: (group: TenantGroup, args: Filtered<UserFilter>) => usersPage(group.users, args),
        resources: (group: TenantGroup, args: PageArguments) =>
          page(
            tenant.network.resources.filter(({ access }) => access.some(({ node }) => node === group)),
            args,
          ),
      },
      SecurityPolicy: {
        groups: (policy: TenantPolicy, args: Filtered<GroupFilter>) =>
          groupsPage(
            tenant.groups.filter((group) => group.securityPolicy === policy),
            args,
          ),
      },
      UserEdge: edge,
      GroupEdge: edge,
      SecurityPolicyEdge: edge,
      ResourceEdge: edge,
      RemoteNetworkEdge: edge,
      ConnectorEdge: edge,
      GatewayEdge: edge,
      ServiceAccountEdge: edge,
      ServiceAccountKeyEdge: edge,
      DeviceEdge: edge,
      AccessRequestEdge: edge,
      AccessEdge: { ...edge, ...accessEdge },
    },
  })
  // Stored values may lie outside the schema, as when the service grows a role before its schema is re-read.
  for (const type of Object.values(schema.getTypeMap())) {
    if (isEnumType(type) && !type.name.startsWith('__'))
      type.serialize = (value) => {
        if (!habits.unprintable?.includes(String(value))) return String(value)
        throw new GraphQLError(`Enum "${type.name}" cannot represent value: "${String(value)}"`)
      }
    if (isObjectType(type)) hideFields(type, habits)
  }
  return schema
}
