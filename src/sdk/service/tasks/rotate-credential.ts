import { hasRotator } from '../../contract/provisioner.ts'
import { ConnectorError } from '../../ground/errors.ts'
import { requirePart } from '../../provision/require-part.ts'
import { message } from '../../wire/messages/message-of.ts'
import { resourceIdValue, resourceValue } from '../../wire/messages/resource-message.ts'
import type { CredentialOption, TypedMessage } from '../baton-service.ts'
import { encryptorsFor } from '../credentials/encrypt-secret.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import { credentialFailure, malformed } from '../runtime/task-failure.ts'
import type { TaskHandler, WorkOf } from '../task-handler.ts'
import { encryptedValue } from './encrypted-value.ts'

/**
 * Replaces a credential, and gives the new secret encrypted for everybody whom the task names, whose keys are looked at before anything is sent.
 *
 * Shape: `resource_id` is the one that the task named, as in Go connectors; the new credential is an annotation.
 * Source: baton-sdk `pkg/tasks/c1api/rotate_credentials.go`.
 */
export const rotateCredentialHandler =
  ({ connector }: ServiceModeOptions): TaskHandler<WorkOf<'rotate-credential'>> =>
  async ({ id, credentials, encryption }, { signal, log }) => {
    if (!id) return malformed('malformed rotate credentials task')
    try {
      const rotator = requirePart(connector, id.type, hasRotator, 'given another credential')
      refuse(credentials, encryption.length)
      const encryptors = await encryptorsFor(encryption)
      const encrypted: TypedMessage['value'][] = []
      const about: TypedMessage[] = []
      await rotator.rotate(
        id,
        async ({ credential, secret }) => {
          for (const encrypt of encryptors) encrypted.push(encryptedValue(await encrypt(secret), credential))
          about.push(message('Resource', resourceValue(credential)))
        },
        { signal, log },
      )
      return {
        kind: 'success',
        response: message('RotateCredentialResponse', {
          encrypted_data: encrypted,
          resource_id: resourceIdValue(id),
          annotations: about,
        }),
      }
    } catch (caught) {
      return credentialFailure(caught, 'rotate credential')
    }
  }

/** Nobody may be without the secret of a credential whose predecessor was ended. */
function refuse(credentials: CredentialOption | undefined, recipients: number): void {
  const isOpen = credentials === undefined || credentials === 'unset' || credentials === 'no-password'
  if (isOpen && recipients > 0) return
  const detail = isOpen
    ? 'the task names nobody to encrypt the new secret for'
    : `the credential option ${credentials} is not offered: the source makes the secret itself; leave the option out`
  throw new ConnectorError('invalid-argument', 'rotate credential', detail)
}
