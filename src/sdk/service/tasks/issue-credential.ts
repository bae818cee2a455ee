import { requirePart } from '../../provision/require-part.ts'
import { hasIssuer } from '../../contract/provisioner.ts'
import { ConnectorError } from '../../ground/errors.ts'
import { encryptorsFor } from '../credentials/encrypt-secret.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import { credentialFailure, malformed } from '../runtime/task-failure.ts'
import { message } from '../../wire/messages/message-of.ts'
import { resourceValue } from '../../wire/messages/resource-message.ts'
import type { TaskHandler, WorkOf } from '../task-handler.ts'
import { encryptedValue } from './encrypted-value.ts'

/**
 * Makes a credential, and gives its secret encrypted for everybody whom the task names, whose keys are looked at before anything is sent.
 *
 * Why a failure is never handed out again: the credential may be there. Source: baton-sdk `pkg/tasks/c1api/issue_credential.go`.
 */
export const issueCredentialHandler =
  ({ connector }: ServiceModeOptions): TaskHandler<WorkOf<'issue-credential'>> =>
  async (work, { taskId, signal, log }) => {
    const { identity, option, scopes, encryption, until } = work
    if (!identity || option === undefined || encryption.length === 0)
      return malformed('malformed issue credential task')
    try {
      const issuer = requirePart(connector, identity.type, hasIssuer, 'given a credential')
      const encryptors = await encryptorsFor(encryption)
      refuseOption(option, scopes)
      const wanted = { identity, requestId: taskId, ...(until && { until }) }
      const { credential, secret } = await issuer.issue(wanted, { signal, log })
      const encrypted = await Promise.all(encryptors.map((encrypt) => encrypt(secret)))
      return {
        kind: 'success',
        response: message('IssueCredentialResponse', {
          secret: resourceValue(credential),
          encrypted_data: encrypted.map((data) => encryptedValue(data, credential)),
          resource_mode: 'CREDENTIAL_RESOURCE_MODE_DISCOVERABLE',
          request_id: taskId,
        }),
      }
    } catch (caught) {
      return credentialFailure(caught, 'issue credential')
    }
  }

function refuseOption(option: string, scopes: readonly string[]): void {
  if (option === 'api_key' && scopes.length === 0) return
  const detail =
    option === 'api_key' ? 'a key has no scopes here' : `the credential option ${option} is not offered; use api_key`
  throw new ConnectorError('invalid-argument', 'issue credential', detail)
}
