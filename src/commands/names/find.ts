import type { TwingateClient } from '../../twingate/client.ts'
import { type MaySuggest, type Named, type Resolved, resolveGroups, resolveRoles, resolveUsers } from './references.ts'
import { POLICY, resolveHolders, resolveThings, RESOURCE, SERVICE_ACCOUNT } from './named-things.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { ProvisionCall } from '../../sdk/contract/provisioner.ts'
import { changeRetryPolicy, persist } from '../../sdk/pacing/send-or-look.ts'

export type { Named } from './references.ts'

/** Finds what people name, many at once. */
export interface References {
  readonly groups: (texts: readonly string[]) => Promise<Resolved>
  readonly resources: (texts: readonly string[]) => Promise<Resolved>
  readonly policies: (texts: readonly string[]) => Promise<Resolved>
  /** Groups and service accounts: whoever can reach a resource. */
  readonly holders: (texts: readonly string[]) => Promise<Resolved>
  readonly serviceAccounts: (texts: readonly string[]) => Promise<Resolved>
  readonly roles: (texts: readonly string[]) => Resolved
  /** Near names are suggested where `maySuggest` says so; by default nowhere, as suits what takes something away. */
  readonly users: (texts: readonly string[], maySuggest?: MaySuggest) => Promise<Resolved>
}

export const createReferences = (client: TwingateClient, call: ProvisionCall): References => {
  const find = (what: string, ask: () => Promise<Resolved>): Promise<Resolved> =>
    persist(ask, { operation: `find ${what}`, retry: changeRetryPolicy, call })
  return {
    groups: (texts) => find('groups', () => resolveGroups(client, texts, call)),
    resources: (texts) => find('resources', () => resolveThings(client, RESOURCE, texts, call)),
    policies: (texts) => find('policies', () => resolveThings(client, POLICY, texts, call)),
    holders: (texts) => find('groups and service accounts', () => resolveHolders(client, texts, call)),
    serviceAccounts: (texts) => find('service accounts', () => resolveThings(client, SERVICE_ACCOUNT, texts, call)),
    roles: resolveRoles,
    users: (texts, maySuggest = () => false) => find('users', () => resolveUsers(client, texts, call, maySuggest)),
  }
}

/** The only thing one text names. Errors: `not-found`, `invalid-argument`; as the client's. */
export async function oneOfNames(find: (texts: readonly string[]) => Promise<Resolved>, text: string): Promise<Named> {
  const found = (await find([text])).get(text)
  if (found && !ConnectorError.is(found)) return found
  throw found ?? new ConnectorError('internal', 'find', `nothing was looked up for ${JSON.stringify(text)}`)
}
