import { newAccountOf } from '../../provision/new-account.ts'
import { requirePart } from '../../provision/require-part.ts'
import { ConnectorError } from '../../ground/errors.ts'
import type { NewAccount } from '../../contract/provisioner.ts'
import { hasAccountCreator } from '../../contract/provisioner.ts'
import type { AccountInfo, CredentialOption } from '../baton-service.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import { resourceValue } from '../../wire/messages/resource-message.ts'
import { malformed } from '../runtime/task-failure.ts'
import { message } from '../../wire/messages/message-of.ts'
import type { TaskHandler, WorkOf } from '../task-handler.ts'

/** Creates an account unless there is one with this address, which is a success that says so. */
export const createAccountHandler =
  ({ connector }: ServiceModeOptions): TaskHandler<WorkOf<'create-account'>> =>
  async ({ account, credentials, resourceType }, { signal, log }) => {
    if (!account) return malformed('malformed create account task')
    refuseCredentials(credentials)
    const type = resourceType === '' ? connector.syncers.find(hasAccountCreator)?.type.id : resourceType
    const creator = requirePart(connector, type ?? 'user', hasAccountCreator, 'created')
    const outcome = await creator.createAccount(factsOf(account), { signal, log })
    const made = { resource: resourceValue(outcome.account), is_create_account_result: true }
    return {
      kind: 'success',
      response: message('CreateAccountResponse', {
        [outcome.kind === 'created' ? 'success' : 'already_exists']: made,
      }),
    }
  }

/**
 * Refuses what no account without a password can keep.
 *
 * Why not `random-password`: the local commands of Go connectors ask for one of every connector and are content with an answer without one.
 */
function refuseCredentials(credentials: CredentialOption | undefined): void {
  if (credentials === 'unset')
    throw new ConnectorError('invalid-argument', 'create account', 'invalid credential options')
  if (credentials === 'encrypted-password')
    throw new ConnectorError(
      'invalid-argument',
      'create account',
      'accounts made here have no password, so a given one cannot be set; use the credential option no_password',
    )
}

/** The form comes in the profile; where the service filled in addresses besides, they serve where the form has none. */
function factsOf({ profile, emails, login }: AccountInfo): NewAccount {
  const primaryFirst = emails.toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary))
  const addresses = [profile['email'], ...primaryFirst.map(({ address }) => address), login, profile['login']]
  const facts = newAccountOf({ profile, addresses })
  if (facts) return facts
  throw new ConnectorError('invalid-argument', 'create account', 'the account has no e-mail; the profile key is email')
}
