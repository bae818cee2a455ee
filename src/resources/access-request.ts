import { z } from 'zod'
import type { Action } from '../sdk/contract/provisioner.ts'
import { queryById } from '../twingate/query-by-id.ts'
import type { ClientCall, Mutation, Query, TwingateClient } from '../twingate/client.ts'
import { countedConnectionOf } from '../twingate/connection.ts'
import { ACCESS_REQUEST_TYPE, AccessRequest, REQUEST_FIELDS } from './access-request-node.ts'
import { statedAction, type StatedAction } from './stated-action.ts'
import { readWholeList, type WholeListQuery } from './read-whole-list.ts'

const PendingRequests: WholeListQuery<AccessRequest> = {
  operation: 'PendingRequests',
  document: `query PendingRequests($first: Int!, $after: String, $users: [ID!]!, $statuses: [AccessRequestStatus!]) {
    things: accessRequests(first: $first, after: $after, filter: { userId: { in: $users }, status: { in: $statuses } }) {
      totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${REQUEST_FIELDS} } }
    }
  }`,
  answer: z.object({ things: countedConnectionOf(AccessRequest) }),
}

const RequestById: Query<{ request: AccessRequest | null }> = {
  operation: 'AccessRequest',
  document: `query AccessRequest($id: ID!) { request: accessRequest(id: $id) { ${REQUEST_FIELDS} } }`,
  answer: z.object({ request: AccessRequest.nullable() }),
}

const decisionBy = (field: string, operation: string): Mutation<unknown> => ({
  operation,
  document: `mutation ${operation}($id: ID!) { ${field}(id: $id) { ok error } }`,
  entity: z.undefined(),
})

const Approve = decisionBy('accessRequestApprove', 'AccessRequestApprove')
const Reject = decisionBy('accessRequestReject', 'AccessRequestReject')

const AllPending: WholeListQuery<AccessRequest> = {
  operation: 'AllPendingRequests',
  document: `query AllPendingRequests($first: Int!, $after: String, $statuses: [AccessRequestStatus!]) {
    things: accessRequests(first: $first, after: $after, filter: { status: { in: $statuses } }) {
      totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${REQUEST_FIELDS} } }
    }
  }`,
  answer: z.object({ things: countedConnectionOf(AccessRequest) }),
}

/** Every document of this file, for the test that checks them against the schema. */
export const accessRequestQueries = [PendingRequests, AllPending, RequestById, Approve, Reject]

/** Requests of a user that wait for a decision. Errors: as `readWholeList`. */
export const pendingRequestsOf = (
  client: TwingateClient,
  user: string,
  call: ClientCall,
): Promise<readonly AccessRequest[]> =>
  readWholeList(client, PendingRequests, { users: [user], statuses: ['PENDING'] }, call)

/** All requests that wait for a decision. Errors: as `readWholeList`. */
export const pendingRequests = (client: TwingateClient, call: ClientCall): Promise<readonly AccessRequest[]> =>
  readWholeList(client, AllPending, { statuses: ['PENDING'] }, call)

/** What can be done with a request for access. A request that was decided on stays as it is. */
export function accessRequestActions(client: TwingateClient): readonly Action[] {
  const request = {
    ...{ kind: 'AccessRequest', type: ACCESS_REQUEST_TYPE, word: 'access request' },
    read: (id, call) =>
      queryById(
        client,
        {
          kind: 'AccessRequest',
          id,
          query: RequestById,
          variables: {},
          objectIn: (answer): AccessRequest | null => answer.request,
        },
        call,
      ),
  } as const satisfies Parameters<typeof statedAction<AccessRequest>>[0]
  const decision = (
    mutation: Mutation<unknown>,
    after: string,
  ): Pick<StatedAction<AccessRequest>, 'states' | 'guard' | 'send'> => ({
    states: ({ status }) => ({ before: status, after }),
    guard: ({ status }) => (status === 'PENDING' ? undefined : `the request is ${status} already, and stays so`),
    send: (id, call) => client.mutate(mutation, { id }, call),
  })
  const kinds: readonly StatedAction<AccessRequest>[] = [
    {
      ...{ name: 'approve_access_request', displayName: 'Approve access request' },
      ...{ description: 'Gives the access that a user asks for', ...decision(Approve, 'APPROVED') },
    },
    {
      ...{ name: 'reject_access_request', displayName: 'Reject access request' },
      ...{ description: 'Refuses the access that a user asks for', ...decision(Reject, 'REJECTED') },
    },
  ]
  return kinds.map((kind) => statedAction(request, kind))
}
