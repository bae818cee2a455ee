import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { describeTwingate } from '../../../src/connector/describe.ts'
import { decodeEntitlement } from '../../../src/sdk/wire/rows/decode-entitlement.ts'
import { decodeResource } from '../../../src/sdk/wire/rows/decode-resource.ts'
import { startTenant } from '../../tenant/start-tenant.ts'
import { syncTenant, temporaryFolder } from '../../tenant/sync-tenant.ts'
import { openPacked, rowsOf } from '../sdk/snapshot/fixture.ts'

/**
 * Reviews on a governance platform hang on these: ids of types, slugs of entitlements, keys of profiles with the types of their values.
 * A line may be added; one that is changed or taken out is a breaking change.
 */
const FROZEN: Readonly<Record<string, { readonly slugs: string; readonly text: string; readonly other?: string }>> = {
  user: {
    slugs: '',
    text: 'email first_name id last_name role state type updated_at',
    other: 'is_admin: boolean',
  },
  group: {
    slugs: 'member',
    text: 'group_id group_name origin_id security_policy_id security_policy_name type updated_at',
    other: 'is_active: boolean',
  },
  role: { slugs: 'member', text: 'role_id role_name' },
  'network-resource': {
    slugs: 'access',
    text: `access_mode address address_type alias approval_mode id kind name remote_network_id remote_network_name routing_mode routing_note
      security_policy_id security_policy_name tag:team tag:tier tcp udp updated_at`,
    other: 'allow_icmp: boolean, auto_lock_days: number, is_active: boolean',
  },
  'remote-network': { slugs: '', text: 'id location name network_type updated_at', other: 'is_active: boolean' },
  connector: { slugs: '', text: 'hostname id name public_ip state updated_at version' },
  gateway: { slugs: '', text: 'address id remote_network_id x509_ca_id' },
  'service-account': { slugs: '', text: 'id name updated_at', other: 'key_count: number' },
  'service-account-key': {
    slugs: '',
    text: 'expires_at id name revoked_at service_account_id status updated_at',
  },
  'security-policy': { slugs: '', text: 'id name policy_type updated_at' },
  device: {
    slugs: 'assigned',
    text: 'active_state device_type id name os_name os_version serial_number user_id',
    other: 'is_trusted: boolean',
  },
}

/** What the demo network shows of each type, as a sync stores it: `slug member`, `email: string`. */
async function stored(types: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const server = await startTenant()
  onTestFinished(() => server.close())
  const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
  await syncTenant(server, file, { types })
  const database = openPacked(file)
  const found = new Map(types.map((type) => [type, new Set<string>()]))
  for (const row of rowsOf(database, 'v1_resources')) {
    const { id, profile } = decodeResource(row['data'] as Uint8Array)
    for (const [key, value] of Object.entries(profile ?? {})) found.get(id?.type ?? '')?.add(`${key}: ${typeof value}`)
  }
  for (const row of rowsOf(database, 'v1_entitlements')) {
    const { slug } = decodeEntitlement(row['data'] as Uint8Array)
    found.get(String(row['resource_type_id']))?.add(`slug ${slug}`)
  }
  return found
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '')

it('keeps ids, slugs, profile keys and their value types of every resource type', async () => {
  const types = describeTwingate().syncers.map(({ type }) => type.id)
  expect(types).toEqual(Object.keys(FROZEN))
  const found = await stored(types)
  const lost = Object.entries(FROZEN).flatMap(([type, { slugs, text, other = '' }]) =>
    [
      ...words(slugs).map((slug) => `slug ${slug}`),
      ...words(text).map((key) => `${key}: string`),
      ...(other === '' ? [] : other.split(', ')),
    ].flatMap((line) => (found.get(type)?.has(line) ? [] : [`${type}: ${line}`])),
  )
  expect(lost).toEqual([])
})
