import type { PageArguments } from './connection.ts'
import { answer, found, present, Refusal } from './payload.ts'
import type { TenantDevice, TenantRequest } from './tenant-network.ts'
import type { Tenant } from './tenant.ts'

type Page = (rows: readonly unknown[], args: PageArguments) => unknown
type ById = { readonly id: string }
type Devices = PageArguments & {
  readonly filter?: { readonly activeState?: { readonly in?: readonly string[] | null } | null } | null
}
type Requests = PageArguments & {
  readonly filter?: {
    readonly userId?: { readonly in?: readonly string[] | null } | null
    readonly status?: { readonly in?: readonly string[] | null } | null
  } | null
}

/** The resolvers of devices and requests for access. */
export function deviceResolvers(tenant: Tenant, page: Page) {
  const { network } = tenant
  const deviceOf = (id: string) => network.devices.find((device) => device.id === id)
  const requestOf = (id: string) => network.requests.find((request) => request.id === id)
  const changed = (id: string, change: (device: TenantDevice) => void) =>
    answer(() => {
      const device = found(deviceOf(id), id, 'id', 'Device')
      change(device)
      return device
    })
  const decided = (id: string, status: TenantRequest['status']) =>
    answer(() => {
      const request = found(requestOf(id), id, 'id', 'AccessRequest')
      if (request.status !== 'PENDING') throw new Refusal('Access request is already resolved.')
      request.status = status
      return null
    })
  const within = (wanted: readonly string[] | null | undefined, value: string): boolean =>
    wanted?.includes(value) ?? true

  return {
    queries: {
      devices: (_: unknown, args: Devices) =>
        page(
          network.devices.filter(({ activeState }) => within(args.filter?.activeState?.in, activeState)),
          args,
        ),
      device: (_: unknown, { id }: ById) => present(deviceOf(id), id),
      devicePosture: (_: unknown, { id }: ById) => present(deviceOf(id), id)?.posture,
      accessRequests: (_: unknown, args: Requests) =>
        page(
          network.requests.filter(
            ({ user, status }) => within(args.filter?.userId?.in, user.id) && within(args.filter?.status?.in, status),
          ),
          args,
        ),
      accessRequest: (_: unknown, { id }: ById) => present(requestOf(id), id),
    },
    mutations: {
      deviceUpdate: (_: unknown, args: ById & { readonly isTrusted: boolean }) =>
        changed(args.id, (device) => (device.isTrusted = args.isTrusted)),
      deviceArchive: (_: unknown, { id }: ById) => changed(id, (device) => (device.activeState = 'ARCHIVED')),
      deviceUnarchive: (_: unknown, { id }: ById) => changed(id, (device) => (device.activeState = 'ACTIVE')),
      deviceBlock: (_: unknown, { id }: ById) => changed(id, (device) => (device.activeState = 'BLOCKED')),
      deviceUnblock: (_: unknown, { id }: ById) => changed(id, (device) => (device.activeState = 'ACTIVE')),
      accessRequestApprove: (_: unknown, { id }: ById) => decided(id, 'APPROVED'),
      accessRequestReject: (_: unknown, { id }: ById) => decided(id, 'REJECTED'),
    },
  }
}
