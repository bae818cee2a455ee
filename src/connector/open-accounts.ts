import { createTransport, type TransportOptions } from '../sdk/http/transport.ts'
import type { AccountOptions } from '../resources/registry.ts'
import { scimAccounts } from '../scim/accounts.ts'
import { profileOf } from '../scim/config/addresses.ts'
import { openTarget } from '../scim/target/open-target.ts'
import { startingProfile } from '../scim/target/profile.ts'
import { parseTargetUrl } from '../scim/target/target-url.ts'
import type { Secret } from '../sdk/ground/secret.ts'
import type { Ambient } from '../sdk/cli/ambient.ts'
import type { Io } from '../sdk/cli/io.ts'

const PEER = {
  operation: 'call the SCIM endpoint',
  setting: 'the address in --scim-url (BATON_SCIM_URL)',
  timeoutSetting: '--http-timeout-seconds',
}

/**
 * How accounts of the identity provider are made and ended. Nothing is sent yet.
 *
 * Errors: `invalid-argument` for an address that is none.
 */
export function openAccounts(
  { url, token, onDelete }: { readonly url: string; readonly token: Secret; readonly onDelete: 'disable' | 'delete' },
  { clock, sleep, version }: Ambient,
  { log, reread }: Pick<Io, 'log' | 'reread'>,
  transport: Omit<TransportOptions, 'peer'>,
): AccountOptions {
  const base = parseTargetUrl(url)
  const target = openTarget({
    url: base,
    token,
    rereadToken: () => reread('scim-token'),
    profile: startingProfile(profileOf(base)),
    transport: createTransport({ ...transport, peer: PEER }),
    ...{ clock, sleep, log, version },
  })
  return { directory: scimAccounts(target), onDelete }
}
