import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Kind } from '../../model.ts'
import type { SourceAssignment } from '../../source.ts'
import type { GraphObject } from './graph-answer.ts'
import type { GraphClient } from './graph-client.ts'

const OPERATION = 'read the assignments'

/** The role that Entra ID gives where an application has no roles of its own. */
const DEFAULT_ACCESS = '00000000-0000-0000-0000-000000000000'

const KINDS: Readonly<Record<string, Kind>> = { user: 'user', group: 'group' }

export interface Assignments {
  readonly list: readonly SourceAssignment[]
  /** Principals that are neither users nor groups. */
  readonly others: number
}

/** The enterprise application in an address. */
const pathOf = (application: string): string => `/servicePrincipals(appId='${application}')`

/**
 * Reads who is assigned to the enterprise application, each principal once: it has default access only where it has no other role.
 *
 * Errors: `not-found` where the tenant has no such application.
 */
export async function readAssignments(
  client: GraphClient,
  application: string,
  signal?: AbortSignal,
): Promise<Assignments> {
  const found = new Map<string, SourceAssignment>()
  let others = 0
  try {
    for await (const page of client.pages(OPERATION, `${pathOf(application)}/appRoleAssignedTo?$top=999`, signal))
      for (const row of page) {
        const assignment = assignmentOf(row)
        if (assignment === undefined) others++
        else {
          const before = found.get(assignment.principal)
          const defaultAccess = assignment.defaultAccess && (before?.defaultAccess ?? true)
          found.set(assignment.principal, { ...assignment, defaultAccess })
        }
      }
  } catch (error) {
    if (ConnectorError.is(error) && error.code === 'not-found')
      throw new ConnectorError(
        'not-found',
        OPERATION,
        `the tenant has no enterprise application with the application id ${application}; check application`,
        error,
      )
    throw error
  }
  return { list: [...found.values()], others }
}

function assignmentOf({ principalId, principalType, appRoleId }: GraphObject): SourceAssignment | undefined {
  const kind = typeof principalType === 'string' ? KINDS[principalType.toLowerCase()] : undefined
  if (kind === undefined || typeof principalId !== 'string') return undefined
  return { principal: principalId.toLowerCase(), kind, defaultAccess: appRoleId === DEFAULT_ACCESS }
}
