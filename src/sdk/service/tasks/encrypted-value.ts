import type { Resource } from '../../model/model.ts'
import type { TypedMessage } from '../baton-service.ts'
import type { EncryptedSecret } from '../credentials/encrypt-secret.ts'

/** The fields of `c1.connector.v2.EncryptedData` for the secret of a credential. */
export const encryptedValue = (
  { provider, keyId, keyIds, bytes }: EncryptedSecret,
  { displayName }: Resource,
): TypedMessage['value'] => ({
  provider,
  key_id: keyId,
  name: 'api_key',
  description: `Secret of ${displayName}`,
  // protobufjs takes bytes as base64, which also stands in a result that is kept in a file.
  encrypted_bytes: Buffer.from(bytes).toString('base64'),
  key_ids: [...keyIds],
})
