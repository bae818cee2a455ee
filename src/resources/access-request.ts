import { z } from 'zod'
import type { Action } from '../sdk/contract/provisioner.ts'
import { queryById } from '../twingate/query-by-id.ts'
import type { ClientCall, Mutation, Query, TwingateClient } from '../twingate/client.ts'
import { countedConnectionOf } from '../twingate/connection.ts'
import { statedAction, type StatedAction } from './stated-action.ts'
import { readWholeList, type WholeListQuery } from './read-whole-list.ts'

const PendingRequest = z.object({
  id: z.string().min(1),
  reason: z.string().nullish(),
  requestedAt: z.string(),
  status: z.string(),
  user: z.object({ id: z.string(), email: z.string().nullish() }),
  resource: z.object({ id: z.string(), name: z.string() }),
})
/** A request for access, which somebody decides on. */
export type PendingRequest = Readonly<z.infer<typeof PendingRequest>>

const FIELDS = 'id reason requestedAt status user { id email } resource { id name }'

const PendingRequests: WholeListQuery<PendingRequest> = {
  operation: 'PendingRequests',
  document: `query PendingRequests($first: Int!, $after: String, $users: [ID!]!, $statuses: [AccessRequestStatus!]) {
    things: accessRequests(first: $first, after: $after, filter: { userId: { in: $users }, status: { in: $statuses } }) {
      totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${FIELDS} } }
    }
  }`,
  answer: z.object({ things: countedConnectionOf(PendingRequest) }),
}

const RequestById: Query<{ request: PendingRequest | null }> = {
  operation: 'AccessRequest',
  document: `query AccessRequest($id: ID!) { request: accessRequest(id: $id) { ${FIELDS} } }`,
  answer: z.object({ request: PendingRequest.nullable() }),
}

const decisionBy = (field: string, operation: string): Mutation<unknown> => ({
  operation,
  document: `mutation ${operation}($id: ID!) { ${field}(id: $id) { ok error } }`,
  entity: z.undefined(),
})

const Approve = decisionBy('accessRequestApprove', 'AccessRequestApprove')
const Reject = decisionBy('accessRequestReject', 'AccessRequestReject')

const AllPending: WholeListQuery<PendingRequest> = {
  operation: 'AllPendingRequests',
  document: `query AllPendingRequests($first: Int!, $after: String, $statuses: [AccessRequestStatus!]) {
    things: accessRequests(first: $first, after: $after, filter: { status: { in: $statuses } }) {
      totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${FIELDS} } }
    }
  }`,
  answer: z.object({ things: countedConnectionOf(PendingRequest) }),
}

/** Every document of this file, for the test that checks them against the schema. */
export const accessRequestQueries = [PendingRequests, AllPending, RequestById, Approve, Reject]

/** Requests of a user that wait for a decision. Errors: as `readWholeList`. */
export const pendingRequestsOf = (
  client: TwingateClient,
  user: string,
  call: ClientCall,
): Promise<readonly PendingRequest[]> =>
  readWholeList(client, PendingRequests, { users: [user], statuses: ['PENDING'] }, call)

/** All requests that wait for a decision. Errors: as `readWholeList`. */
export const pendingRequests = (client: TwingateClient, call: ClientCall): Promise<readonly PendingRequest[]> =>
  readWholeList(client, AllPending, { statuses: ['PENDING'] }, call)

/** What can be done with a request for access. A request that was decided on stays as it is. */
export function accessRequestActions(client: TwingateClient): readonly Action[] {
  const request = {
    ...{ kind: 'AccessRequest', type: 'access-request', word: 'access request' },
    read: (id, call) =>
      queryById(
        client,
        {
          kind: 'AccessRequest',
          id,
          query: RequestById,
          variables: {},
          objectIn: (answer): PendingRequest | null => answer.request,
        },
        call,
      ),
  } as const satisfies Parameters<typeof statedAction<PendingRequest>>[0]
  const decision = (
    mutation: Mutation<unknown>,
    after: string,
  ): Pick<StatedAction<PendingRequest>, 'states' | 'guard' | 'send'> => ({
    states: ({ status }) => ({ before: status, after }),
    guard: ({ status }) => (status === 'PENDING' ? undefined : `the request is ${status} already, and stays so`),
    send: (id, call) => client.mutate(mutation, { id }, call),
  })
  const kinds: readonly StatedAction<PendingRequest>[] = [
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
