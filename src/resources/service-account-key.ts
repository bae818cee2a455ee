import { z } from 'zod'
import type { ResourceType } from '../sdk/model/model.ts'
import type { Call, ListPage, PageCall, ResourceSyncer, TargetedGetter } from '../sdk/contract/syncer.ts'
import type { Query, TwingateClient } from '../twingate/client.ts'
import { decodeToken } from '../twingate/cursor.ts'
import { countedConnectionOf } from '../twingate/connection.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { malformed } from '../twingate/graphql-errors.ts'
import {
  hasMoved,
  overlapField,
  OVERLAP_PARAMETERS,
  OverlapRows,
  pageEnd,
  pageVariables,
  Place,
  placeAfter,
  placeBehind,
} from '../twingate/overlap.ts'
import { queryById } from '../twingate/query-by-id.ts'
import { KEY_FIELDS, KEY_LACKS, keyFromNode, ServiceAccountKeyNode } from './service-account-key-node.ts'

export const serviceAccountKeyType: ResourceType = Object.freeze({
  id: TYPE_IDS.serviceAccountKey,
  displayName: 'Service account key',
  description: 'A key with which a service account of the Twingate network signs in; never the secret itself',
  traits: ['secret'],
  skipEntitlementsAndGrants: true,
} as const)

const Keys = countedConnectionOf(ServiceAccountKeyNode)
type Keys = z.infer<typeof Keys>
const AccountWithKeys = z.object({ id: z.string().min(1), keys: Keys })
type AccountWithKeys = z.infer<typeof AccountWithKeys>

const KEYS_PAGE = '{ totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ...KeyFields } } }'

const LACKS: ReadonlySet<string> = new Set(KEY_LACKS)

const AccountsPage = countedConnectionOf(AccountWithKeys)

const ServiceAccountKeys: Query<{ accounts: z.infer<typeof AccountsPage>; overlap?: z.infer<typeof OverlapRows> }> = {
  operation: 'ServiceAccountKeys',
  document: `query ServiceAccountKeys($first: Int!, $after: String, $keys: Int!, ${OVERLAP_PARAMETERS}) {
    accounts: serviceAccounts(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { cursor node { id keys(first: $keys) ${KEYS_PAGE} } }
    }
    ${overlapField('serviceAccounts')}
  }\n${KEY_FIELDS}`,
  answer: z.object({ accounts: AccountsPage, overlap: OverlapRows }),
  lacks: LACKS,
  nested: 'keys',
}

const KeysOfAccount: Query<{ account: (AccountWithKeys & { overlap?: z.infer<typeof OverlapRows> }) | null }> = {
  operation: 'KeysOfAccount',
  document: `query KeysOfAccount($id: ID!, $first: Int!, $after: String, ${OVERLAP_PARAMETERS}) {
    account: serviceAccount(id: $id) {
      id
      keys(first: $first, after: $after) ${KEYS_PAGE}
      ${overlapField('keys')}
    }
  }\n${KEY_FIELDS}`,
  answer: z.object({ account: AccountWithKeys.extend({ overlap: OverlapRows }).nullable() }),
  lacks: LACKS,
}

const OneKey = ServiceAccountKeyNode.extend({ serviceAccount: z.object({ id: z.string().min(1) }) })
type OneKey = z.infer<typeof OneKey>

const ServiceAccountKey: Query<{ key: OneKey | null }> = {
  operation: 'ServiceAccountKey',
  document: `query ServiceAccountKey($id: ID!) {
    key: serviceAccountKey(id: $id) { ...KeyFields serviceAccount { id } }
  }\n${KEY_FIELDS}`,
  answer: z.object({ key: OneKey.nullable() }),
  lacks: LACKS,
}

/** Every document of this file, for the test that checks them against the schema. */
export const serviceAccountKeyQueries = [ServiceAccountKeys, KeysOfAccount, ServiceAccountKey]

/** The next page of accounts, or, with `keysOf`, of the keys of one. */
const KeysToken = Place.extend({ keysOf: z.string(), seen: z.number().int().nonnegative() })
const Token = z.union([Place.required({ after: true }), KeysToken])
type KeysToken = z.infer<typeof KeysToken>

/**
 * Keys with the accounts they belong to. The API lists them by account only.
 *
 * Shape: no page has a total, because the API counts the keys of each account and not all of them: each account's keys are held against its own count here.
 */
export function serviceAccountKey(client: TwingateClient): ResourceSyncer & TargetedGetter {
  return Object.freeze({
    type: serviceAccountKeyType,

    async list(call: PageCall): Promise<ListPage> {
      const place: Place | KeysToken = call.token === '' ? {} : decodeToken(call.token, (value) => Token.parse(value))
      if ('keysOf' in place) return keysOf(client, place, call)
      const variables = { ...pageVariables(place, call.size), keys: call.size }
      const { accounts, overlap } = await client.query(ServiceAccountKeys, variables, call)
      const nodes = accounts.edges.map(({ node }) => node)
      return {
        resources: nodes.flatMap((node) => rowsOf(node.id, node.keys)),
        entitlements: [],
        grants: [],
        more: nodes.flatMap(overflow),
        ...pageEnd(accounts, overlap, place, ServiceAccountKeys.operation),
      }
    },

    async get(id: string, call: Call): Promise<ListPage | undefined> {
      const objectIn = ({ key }: { readonly key: OneKey | null }): OneKey | null => key
      const question = { kind: 'ServiceAccountKey', id, query: ServiceAccountKey, variables: {}, objectIn } as const
      const key = await queryById(client, question, call)
      return key && { resources: [keyFromNode(key, key.serviceAccount.id)], entitlements: [], grants: [] }
    },
  })
}

const rowsOf = (accountId: string, keys: Keys) => keys.edges.map(({ node }) => keyFromNode(node, accountId))

/** The token for the rest of an account's keys. Errors: `unavailable` where the list ends here with another number of keys than were counted. */
function overflow({ id, keys }: AccountWithKeys): readonly string[] {
  const rest = placeBehind(keys, ServiceAccountKeys.operation)
  requireCount(keys, keys.edges.length, rest === undefined)
  return rest ? [JSON.stringify({ keysOf: id, seen: keys.edges.length, ...rest } satisfies KeysToken)] : []
}

/** Keys that moved put the whole listing in doubt: there are few of them. */
async function keysOf(client: TwingateClient, token: KeysToken, call: PageCall): Promise<ListPage> {
  const { keysOf: id, seen, ...place } = token
  const nothing: ListPage = { resources: [], entitlements: [], grants: [] }
  const variables = { id, ...pageVariables(place, call.size) }
  const { account } = await client.query(KeysOfAccount, variables, call)
  // An account deleted meanwhile has no more keys.
  if (!account) return { ...nothing, moved: true }
  if (hasMoved(place, account.overlap)) return { ...nothing, moved: true }
  const next = placeAfter(account.keys, place, KeysOfAccount.operation)
  const total = seen + account.keys.edges.length
  requireCount(account.keys, total, next === undefined)
  return {
    ...nothing,
    resources: rowsOf(id, account.keys),
    ...(next && { next: JSON.stringify({ keysOf: id, seen: total, ...next } satisfies KeysToken) }),
  }
}

function requireCount({ totalCount }: Keys, read: number, isLast: boolean): void {
  if (isLast && read !== totalCount)
    throw malformed(`Twingate counts ${totalCount} keys of a service account and gives ${read}`, 'ServiceAccountKeys')
}
