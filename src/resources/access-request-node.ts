import { z } from 'zod'
import type { Resource } from '../sdk/model/model.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'

/** A request for access, which somebody decides on. Unknown states are normal input. */
export const AccessRequest = z.object({
  id: z.string().min(1),
  reason: z.string().nullish(),
  requestedAt: z.string(),
  status: z.string(),
  user: z.object({ id: z.string(), email: z.string().nullish() }),
  resource: z.object({ id: z.string(), name: z.string() }),
})
export type AccessRequest = Readonly<z.infer<typeof AccessRequest>>

/** What is asked of each. */
export const REQUEST_FIELDS = 'id reason requestedAt status user { id email } resource { id name }'

/** The word for a request in ids of resources. It is no type that is synced. */
export const ACCESS_REQUEST_TYPE = 'access-request'

/** Who asks for what, for people. */
export const requestTitle = ({ user, resource }: AccessRequest): string =>
  `${user.email ?? user.id} asks for access to ${resource.name}`

/** The request as a resource below the one that is asked for. */
export const requestResource = (request: AccessRequest): Resource => {
  const { id, status, reason, user, resource, requestedAt } = request
  return {
    id: { type: ACCESS_REQUEST_TYPE, id },
    displayName: requestTitle(request),
    parent: { type: TYPE_IDS.networkResource, id: resource.id },
    profile: {
      ...{
        status,
        requested_at: requestedAt,
        user_id: user.id,
        resource_id: resource.id,
        resource_name: resource.name,
      },
      ...(user.email && { user_email: user.email }),
      ...(reason && { reason }),
    },
    createdAt: new Date(requestedAt),
  }
}

/** Who asks. */
export const requesterOf = ({ user }: AccessRequest): Resource => ({
  id: { type: TYPE_IDS.user, id: user.id },
  displayName: user.email ?? user.id,
  profile: {},
})
