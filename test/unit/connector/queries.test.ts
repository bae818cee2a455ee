import { readFileSync } from 'node:fs'
import {
  buildClientSchema,
  buildSchema,
  type GraphQLSchema,
  type IntrospectionQuery,
  Kind,
  parse,
  validate,
  visit,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { documentFor } from '../../../src/twingate/ask-many.ts'
import { lookupManyQueries } from '../../../src/resources/lookup.ts'
import { connectorQueries } from '../../../src/connector/twingate.ts'
import { allQueries } from '../../../src/resources/registry.ts'
import { isUnknown } from '../../../src/resources/where-known.ts'
import { ConnectorError } from '../../../src/sdk/ground/errors.ts'
import { silentLogger } from '../../../src/sdk/ground/ports.ts'
import { answerErrors } from '../../../src/twingate/graphql-errors.ts'
import { createFieldKeeper } from '../../../src/twingate/optional-fields.ts'

const schema = buildSchema(readFileSync(new URL('../../tenant/schema.graphql', import.meta.url), 'utf8'))

/** Fields of the query root without which a network has nothing of the type. */
const MAY_BE_UNKNOWN = [
  ...['resources', 'resource', 'remoteNetworks', 'remoteNetwork', 'connectors', 'connector', 'gateways', 'gateway'],
  ...['serviceAccounts', 'serviceAccount', 'serviceAccountKey', 'securityPolicies', 'securityPolicy'],
  ...['devices', 'device', 'devicePosture'],
]

/** File of the schema of a live Admin API: its SDL, or the answer to an introspection query as JSON. */
const LIVE_SCHEMA = process.env['TWINGATE_SCHEMA_FILE']

function schemaIn(path: string): GraphQLSchema {
  const text = readFileSync(path, 'utf8')
  if (!text.trimStart().startsWith('{')) return buildSchema(text, { assumeValidSDL: true })
  const given = JSON.parse(text) as { readonly data?: IntrospectionQuery } & IntrospectionQuery
  return buildClientSchema(given.data ?? given)
}

/** Documents made to measure are looked at in the sizes 1, 2 and 50. */
const madeToMeasure = lookupManyQueries.flatMap((query) =>
  [1, 2, 50].map((size) => ({ operation: query.operation, document: documentFor(query, size), size, query })),
)
const constant = [...allQueries, ...connectorQueries]
const queries = [...constant, ...madeToMeasure]

describe('GraphQL documents', () => {
  it('are looked at, all of them', () => {
    expect(constant.map((query) => query.operation).sort()).toEqual([
      'AccessRequest',
      'AccessRequestApprove',
      'AccessRequestReject',
      'ActiveAdmins',
      'AllPendingRequests',
      'AllRequests',
      'Connector',
      'ConnectorIds',
      'Connectors',
      'ConnectorsAgain',
      'Device',
      'DeviceArchive',
      'DeviceBlock',
      'DeviceIds',
      'DevicePosture',
      'DeviceState',
      'DeviceUnblock',
      'DeviceUpdate',
      'Devices',
      'DevicesAgain',
      'DevicesInUse',
      'DevicesSeen',
      'Gateway',
      'GatewayIds',
      'Gateways',
      'GatewaysAgain',
      'Group',
      'GroupCreate',
      'GroupDelete',
      'GroupIds',
      'GroupMembers',
      'GroupMembersUpdate',
      'GroupRename',
      'Groups',
      'GroupsAgain',
      'KeyState',
      'KeysOfAccount',
      'KeysOfOne',
      'MemberIds',
      'MembersOfGroups',
      'PendingRequests',
      'RemoteNetwork',
      'RemoteNetworkIds',
      'RemoteNetworks',
      'RemoteNetworksAgain',
      'Resource',
      'ResourceAccess',
      'ResourceAccessAdd',
      'ResourceAccessRemove',
      'ResourceIds',
      'Resources',
      'ResourcesAgain',
      'RoleHolders',
      'SecurityPolicies',
      'SecurityPoliciesAgain',
      'SecurityPolicy',
      'SecurityPolicyIds',
      'ServiceAccount',
      'ServiceAccountIds',
      'ServiceAccountKey',
      'ServiceAccountKeyCreate',
      'ServiceAccountKeyDelete',
      'ServiceAccountKeyRevoke',
      'ServiceAccountKeys',
      'ServiceAccounts',
      'ServiceAccountsAgain',
      'User',
      'UserCreate',
      'UserDelete',
      'UserDetailsUpdate',
      'UserGroups',
      'UserIds',
      'UserResetMfa',
      'UserRoleUpdate',
      'Users',
      'UsersAgain',
      'UsersAtOnce',
      'UsersAtOnce',
      'Validate',
    ])
  })

  it('that are made to measure are looked at, too', () => {
    expect([...new Set(madeToMeasure.map((query) => query.operation))].sort()).toEqual([
      'AccessOfResources',
      'GroupNames',
      'GroupNodesById',
      'GroupsById',
      'GroupsByName',
      'GroupsHeld',
      'GroupsLike',
      'GroupsNamed',
      'GroupsOfUsers',
      'PoliciesById',
      'PoliciesNamed',
      'RequestsById',
      'ResourcesById',
      'ResourcesNamed',
      'ResourcesOfGroups',
      'ServiceAccountsById',
      'ServiceAccountsNamed',
      'UsersByEmail',
      'UsersById',
      'UsersLike',
      'UsersNamed',
    ])
  })

  it.each(madeToMeasure)('$operation asks for $size things under $size names', ({ document, size, query }) => {
    const [operation] = parse(document).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    const fields = operation?.selectionSet.selections.map((node) => node.kind === Kind.FIELD && node.alias?.value)
    // A server may allow no aliases at all.
    expect(fields).toEqual(Array.from({ length: size }, (_, i) => (size === 1 ? undefined : `a${i}`)))
    expect(operation?.variableDefinitions).toHaveLength(size * Object.keys(query.parameters).length)
  })

  it.each(queries)('$operation fits the schema', ({ document }) => {
    expect(validate(schema, parse(document))).toEqual([])
  })

  // Without a schema one of them stands for all that are skipped.
  it.skipIf(!LIVE_SCHEMA).each(LIVE_SCHEMA ? queries : queries.slice(0, 1))(
    '$operation fits the schema of the live API',
    async (query) => {
      const live = schemaIn(LIVE_SCHEMA ?? '')
      const fitting = createFieldKeeper().fit(query.document, silentLogger, async (document) => {
        const errors = validate(live, parse(document)).map(({ message, locations = [] }) => ({
          message,
          locations: [...locations],
        }))
        if (errors.length > 0) throw answerErrors(errors, { ...query, document }, false)
      })
      // What the API may lack is left out by the program as well.
      const error = await fitting.then(
        () => undefined,
        (caught: unknown) => ConnectorError.from(caught, query.operation),
      )
      expect(error === undefined || MAY_BE_UNKNOWN.some((root) => isUnknown(error, root)) ? undefined : error).toBe(
        undefined,
      )
    },
  )

  it.each(queries)('$operation names its one operation as the client does', ({ operation, document }) => {
    const operations = parse(document).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    expect(operations.map((node) => node.name?.value)).toEqual([operation])
  })

  it.each(queries)('$operation holds no pasted text, only variables', ({ document }) => {
    const pasted: string[] = []
    visit(parse(document), { StringValue: (node) => void pasted.push(node.value) })
    expect(pasted).toEqual([])
  })

  it.each(queries)('$operation asks every connection for a stated number of rows', ({ document }) => {
    const unbounded: string[] = []
    visit(parse(document), {
      Field(node) {
        const isConnection = node.selectionSet?.selections.some(
          (field) => field.kind === Kind.FIELD && ['edges', 'totalCount'].includes(field.name.value),
        )
        if (isConnection && !node.arguments?.some((argument) => argument.name.value === 'first'))
          unbounded.push(node.name.value)
      },
    })
    expect(unbounded).toEqual([])
  })
})
