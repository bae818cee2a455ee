import { globalId, type ObjectKind } from './global-id.ts'
import type { TenantGroup, TenantPolicy, TenantUser } from './model.ts'
import { SEED_EPOCH_MS, timestamp } from './timestamp.ts'

interface Stored {
  readonly id: string
  name: string
  readonly createdAt: string
  updatedAt: string
}

export interface TenantRemoteNetwork extends Stored {
  networkType: 'REGULAR' | 'EXIT'
  location: string
  isActive: boolean
}

export interface TenantConnector extends Stored {
  state: string
  hostname: string | null
  version: string | null
  publicIP: string | null
  lastHeartbeatAt: string | null
  readonly remoteNetwork: TenantRemoteNetwork
}

export interface TenantGateway {
  readonly id: string
  address: string
  readonly remoteNetwork: TenantRemoteNetwork
  x509CA: { readonly id: string }
  sshCA: { readonly id: string } | null
}

export interface TenantKey extends Stored {
  status: 'ACTIVE' | 'REVOKED' | 'EXPIRED'
  expiresAt: string | null
  revokedAt: string | null
  readonly serviceAccount: TenantServiceAccount
}

export interface TenantServiceAccount extends Stored {
  readonly keys: TenantKey[]
}

export interface TenantAccessPolicy {
  readonly mode: 'MANUAL' | 'AUTO_LOCK' | 'ACCESS_REQUEST'
  readonly durationSeconds: number | null
}

/** Who reaches a resource, and what is said of it there; `null` where the resource's own holds. */
export interface TenantAccess {
  readonly node: TenantGroup | TenantServiceAccount
  readonly kind: 'Group' | 'ServiceAccount'
  expiresAt: string | null
  securityPolicy: TenantPolicy | null
  accessPolicy: TenantAccessPolicy | null
  approvalMode: 'MANUAL' | 'AUTOMATIC' | null
}

interface Protocol {
  readonly policy: 'ALLOW_ALL' | 'RESTRICTED'
  readonly ports: readonly { readonly start: number; readonly end: number }[]
}

export interface TenantResource extends Stored {
  /** The type of the API's schema that it has. */
  readonly kind: 'NetworkResource' | 'KubernetesResource' | 'SSHResource' | 'WebAppResource' | 'DatabaseResource'
  address: { readonly type: 'IP' | 'DNS'; readonly value: string }
  alias: string | null
  tags: readonly { readonly key: string; readonly value: string }[]
  protocols: { readonly allowIcmp: boolean; readonly tcp: Protocol; readonly udp: Protocol }
  isActive: boolean
  readonly remoteNetwork: TenantRemoteNetwork
  securityPolicy: TenantPolicy | null
  accessPolicy: TenantAccessPolicy
  approvalMode: 'MANUAL' | 'AUTOMATIC'
  routingMode: 'THROUGH_TWINGATE' | 'BYPASS_TWINGATE'
  readonly access: TenantAccess[]
}

export interface TenantDevice {
  readonly id: string
  name: string | null
  readonly user: TenantUser
  osName: string | null
  osVersion: string | null
  deviceType: string
  activeState: 'ACTIVE' | 'ARCHIVED' | 'BLOCKED'
  isTrusted: boolean
  lastSuccessfulLoginAt: string | null
  serialNumber: string | null
  hostname: string | null
  clientVersion: string | null
  /** What checks say of it; none where it is not known. */
  posture: Readonly<Record<string, { readonly isSatisfied?: boolean; readonly isVerified?: boolean }>> | null
}

/** Somebody asks to reach a resource. */
export interface TenantRequest {
  readonly id: string
  readonly user: TenantUser
  readonly resource: TenantResource
  reason: string | null
  requestedAt: string
  status: 'PENDING' | 'APPROVED' | 'REJECTED'
}

type New<T> = Partial<Omit<T, 'id' | 'access' | 'keys'>> & { readonly number?: number }

const OPEN: Protocol = { policy: 'ALLOW_ALL', ports: [] }

/** What a network is for: resources and who reaches them, where they stand, and the identities that are no people. Lists keep the order of insertion. */
export class TenantNetwork {
  readonly resources: TenantResource[] = []
  readonly remoteNetworks: TenantRemoteNetwork[] = []
  readonly connectors: TenantConnector[] = []
  readonly gateways: TenantGateway[] = []
  readonly serviceAccounts: TenantServiceAccount[] = []
  readonly devices: TenantDevice[] = []
  readonly requests: TenantRequest[] = []
  #lastNumber = 5000

  get keys(): readonly TenantKey[] {
    return this.serviceAccounts.flatMap(({ keys }) => keys)
  }

  addRemoteNetwork({ number, ...fields }: New<TenantRemoteNetwork> = {}): TenantRemoteNetwork {
    const row = this.#row('RemoteNetwork', number, fields)
    const network = { networkType: 'REGULAR', location: 'ON_PREMISE', isActive: true, ...row } as const
    this.remoteNetworks.push(network)
    return network
  }

  addConnector(remoteNetwork: TenantRemoteNetwork, { number, ...fields }: New<TenantConnector> = {}): TenantConnector {
    const row = this.#row('Connector', number, fields)
    const usual = { state: 'ALIVE', hostname: null, version: null, publicIP: null, lastHeartbeatAt: null }
    const connector = { ...usual, ...row, remoteNetwork }
    this.connectors.push(connector)
    return connector
  }

  addGateway(remoteNetwork: TenantRemoteNetwork, address: string, number?: number): TenantGateway {
    const { id } = this.#row('Gateway', number, {})
    const x509CA = { id: globalId('X509CertificateAuthority', 1) }
    const gateway = { id, address, remoteNetwork, x509CA, sshCA: null }
    this.gateways.push(gateway)
    return gateway
  }

  addServiceAccount({ number, ...fields }: New<TenantServiceAccount> = {}): TenantServiceAccount {
    const account = { ...this.#row('ServiceAccount', number, fields), keys: [] }
    this.serviceAccounts.push(account)
    return account
  }

  addKey(serviceAccount: TenantServiceAccount, { number, ...fields }: New<TenantKey> = {}): TenantKey {
    const row = this.#row('ServiceAccountKey', number, fields)
    const key: TenantKey = { status: 'ACTIVE', expiresAt: null, revokedAt: null, ...row, serviceAccount }
    serviceAccount.keys.push(key)
    return key
  }

  /** What proves a service account; never in the same form as anything else, so that a leak of it can be looked for. */
  secretOf(key: TenantKey): string {
    return JSON.stringify({ version: '1', service_account_id: key.serviceAccount.id, private_key: `SECRET-${key.id}` })
  }

  addResource(remoteNetwork: TenantRemoteNetwork, { number, ...fields }: New<TenantResource> = {}): TenantResource {
    const row = this.#row('Resource', number, fields)
    const resource: TenantResource = {
      kind: 'NetworkResource',
      address: { type: 'DNS', value: `${row.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.internal` },
      alias: null,
      tags: [],
      protocols: { allowIcmp: true, tcp: OPEN, udp: OPEN },
      isActive: true,
      securityPolicy: null,
      accessPolicy: { mode: 'MANUAL', durationSeconds: null },
      approvalMode: 'MANUAL',
      routingMode: 'THROUGH_TWINGATE',
      ...row,
      remoteNetwork,
      access: [],
    }
    this.resources.push(resource)
    return resource
  }

  addDevice(user: TenantUser, fields: Partial<TenantDevice> & { readonly number?: number } = {}): TenantDevice {
    const { number, ...rest } = fields
    const { id, name } = this.#row('Device', number, {})
    const nothing = { osName: null, osVersion: null, serialNumber: null, hostname: null, clientVersion: null }
    const device: TenantDevice = {
      ...{ name, deviceType: 'LAPTOP', activeState: 'ACTIVE', isTrusted: false, lastSuccessfulLoginAt: null },
      ...{ ...nothing, posture: null },
      ...rest,
      ...{ id, user },
    }
    this.devices.push(device)
    return device
  }

  addRequest(user: TenantUser, resource: TenantResource, reason: string | null = null, number?: number): TenantRequest {
    const { id, createdAt } = this.#row('AccessRequest', number, {})
    const request: TenantRequest = { id, user, resource, reason, requestedAt: createdAt, status: 'PENDING' }
    this.requests.push(request)
    return request
  }

  /** Gives access, or changes what is said of it. */
  allow(
    resource: TenantResource,
    node: TenantGroup | TenantServiceAccount,
    fields: Partial<Omit<TenantAccess, 'node' | 'kind'>> = {},
  ): void {
    const known = resource.access.find((edge) => edge.node === node)
    if (known) Object.assign(known, fields)
    else
      resource.access.push({
        node,
        kind: 'keys' in node ? 'ServiceAccount' : 'Group',
        expiresAt: null,
        securityPolicy: null,
        accessPolicy: null,
        approvalMode: null,
        ...fields,
      })
  }

  deny(resource: TenantResource, node: TenantGroup | TenantServiceAccount): void {
    const at = resource.access.findIndex((edge) => edge.node === node)
    if (at !== -1) resource.access.splice(at, 1)
  }

  /** Access ends at its time, and no trace of it stays. Source: twingate-depth.md §1.3. */
  endAccess(now: number): void {
    for (const resource of this.resources)
      for (const { node, expiresAt } of [...resource.access])
        if (expiresAt !== null && Date.parse(expiresAt) <= now) this.deny(resource, node)
  }

  /** A group that is gone reaches nothing. */
  forget(node: TenantGroup | TenantServiceAccount): void {
    for (const resource of this.resources) this.deny(resource, node)
  }

  removeResource(resource: TenantResource): void {
    this.resources.splice(this.resources.indexOf(resource), 1)
  }

  #row<F extends object>(kind: ObjectKind, number: number | undefined, fields: F): F & Stored {
    const id = globalId(kind, number ?? ++this.#lastNumber)
    const at = timestamp(SEED_EPOCH_MS)
    return { createdAt: at, updatedAt: at, name: `${kind} ${String(number ?? this.#lastNumber)}`, ...fields, id }
  }
}
