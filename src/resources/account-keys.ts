import { z } from 'zod'
import type { ClientCall, TwingateClient } from '../twingate/client.ts'
import { countedConnectionOf } from '../twingate/connection.ts'
import { queryById } from '../twingate/query-by-id.ts'
import type { Query } from '../twingate/query.ts'
import { readWholeList, type WholeListQuery } from './read-whole-list.ts'

/** What decides what can be done with a key of a service account. */
const KeyState = z.object({
  id: z.string().min(1),
  name: z.string(),
  status: z.string(),
  createdAt: z.string().nullish(),
  expiresAt: z.string().nullish(),
})
export type KeyState = Readonly<z.infer<typeof KeyState>>

const KEY_STATE = 'id name status createdAt expiresAt'

const KeyOfAccount = KeyState.extend({ serviceAccount: z.object({ id: z.string().min(1), name: z.string() }) })
/** A key with the account that it proves. */
export type KeyOfAccount = Readonly<z.infer<typeof KeyOfAccount>>

const KeyById: Query<{ key: KeyOfAccount | null }> = {
  operation: 'KeyState',
  document: `query KeyState($id: ID!) { key: serviceAccountKey(id: $id) { ${KEY_STATE} serviceAccount { id name } } }`,
  answer: z.object({ key: KeyOfAccount.nullable() }),
}

const Keys = countedConnectionOf(KeyState)
const NO_KEYS: z.infer<typeof Keys> = { totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null }, edges: [] }

const KeysOfOne: WholeListQuery<KeyState> = {
  operation: 'KeysOfOne',
  document: `query KeysOfOne($id: ID!, $first: Int!, $after: String) {
    account: serviceAccount(id: $id) {
      keys(first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${KEY_STATE} } }
      }
    }
  }`,
  answer: z
    .object({ account: z.object({ keys: Keys }).nullable() })
    .transform(({ account }) => ({ things: account?.keys ?? NO_KEYS })),
}

/** Every document of this file, for the test that checks them against the schema. */
export const accountKeyQueries = [KeyById, KeysOfOne]

/** A key by its id; `undefined` where there is none. Errors: as `queryById`. */
export const readKey = (client: TwingateClient, id: string, call: ClientCall): Promise<KeyOfAccount | undefined> =>
  queryById(
    client,
    { kind: 'ServiceAccountKey', id, query: KeyById, variables: {}, objectIn: ({ key }): KeyOfAccount | null => key },
    call,
  )

/** All keys of a service account, whatever their status; none where there is no such account. Errors: as `readWholeList`. */
export const keysOfAccount = (client: TwingateClient, id: string, call: ClientCall): Promise<readonly KeyState[]> =>
  readWholeList(client, KeysOfOne, { id }, call)

/** Whether somebody can sign in with it. */
export const isActive = ({ status }: KeyState): boolean => status === 'ACTIVE'
