import type { GroupFacts, Resource, ResourceId, Status, UserFacts } from '../sdk/model.ts'
import { writeAny } from './any.ts'
import { writeResourceId } from './resource-id.ts'
import { writeStruct } from './struct.ts'
import { writeTimestamp } from './timestamp.ts'
import { WireWriter } from './wire-writer.ts'

const STATES = { enabled: 1, disabled: 2, deleted: 3 } as const satisfies Record<Status['state'], number>

const ACCOUNT_TYPES = { human: 1, service: 2, system: 3 } as const satisfies Record<UserFacts['accountType'], number>

const wire = new WireWriter()
const structWire = new WireWriter()

/**
 * `c1.connector.v2.Resource` with its trait as the first annotation.
 *
 * Why: profile, status and creation time stand twice, in the trait for readers of every version and in the resource's own fields for newer ones.
 */
export function encodeResource(resource: Resource): Uint8Array {
  structWire.start()
  writeStruct(structWire, resource.profile)
  const profile = structWire.take()
  wire.start()
  writeResourceId(wire, 1, resource.id)
  if (resource.parent) writeResourceId(wire, 2, resource.parent)
  wire.text(3, resource.displayName)
  writeTrait(resource, profile)
  wire.text(5, resource.description ?? '')
  if (profile.length > 0) wire.bytes(9, profile)
  if (resource.status) writeStatus(11, resource.status)
  if (resource.createdAt) writeTimestamp(wire, 12, resource.createdAt)
  return wire.take()
}

/** The message a grant embeds for its principal, with field number and length: a Resource holding only its id. */
export function encodePrincipal(id: ResourceId): Uint8Array {
  wire.start()
  const principal = wire.open(2)
  writeResourceId(wire, 1, id)
  wire.close(principal)
  return wire.take()
}

function writeTrait(resource: Resource, profile: Uint8Array): void {
  const { facts } = resource
  switch (facts.kind) {
    case 'user':
      return writeAny(wire, 4, 'UserTrait', () => writeUserTrait(resource, facts, profile))
    case 'group':
      return writeAny(wire, 4, 'GroupTrait', () => writeGroupTrait(facts, profile))
    case 'role':
      return writeAny(wire, 4, 'RoleTrait', () => {
        if (profile.length > 0) wire.bytes(1, profile)
      })
  }
}

function writeUserTrait(resource: Resource, facts: UserFacts, profile: Uint8Array): void {
  for (const [index, address] of facts.emails.entries()) {
    const email = wire.open(1)
    wire.text(1, address)
    wire.bool(2, index === 0)
    wire.close(email)
  }
  if (resource.status) writeStatus(2, resource.status)
  if (profile.length > 0) wire.bytes(3, profile)
  wire.uint(5, ACCOUNT_TYPES[facts.accountType])
  wire.text(6, facts.login)
  if (resource.createdAt) writeTimestamp(wire, 8, resource.createdAt)
}

function writeGroupTrait(facts: GroupFacts, profile: Uint8Array): void {
  if (profile.length > 0) wire.bytes(2, profile)
  wire.text(3, facts.sourceType ?? '')
  wire.text(4, facts.rawSourceType ?? '')
}

/** `UserTrait.Status` and `c1.connector.v2.Status` have the same fields and numbers. */
function writeStatus(field: number, status: Status): void {
  const mark = wire.open(field)
  wire.uint(1, STATES[status.state])
  wire.text(2, status.details ?? '')
  wire.close(mark)
}
