import type { AttributeMapping, MatchAttribute } from '../map/mapping.ts'
import type { NestedGroups } from '../scope/nested-groups.ts'
import type { Scope } from '../scope/scope.ts'
import type { SecretReference } from './secret-reference.ts'
import type { SourceOptions } from '../sources/options.ts'

/** What becomes of an object that leaves the scope. */
export const ON_LEAVE = ['disable', 'delete', 'keep'] as const

export type OnLeave = (typeof ON_LEAVE)[number]

/** What a run does: everything, users alone, memberships of what is linked already, or nothing but a plan. */
export const RUN_MODES = ['all', 'users', 'memberships', 'dry'] as const

export type RunMode = (typeof RUN_MODES)[number]

/** When a run of failures stops provisioning: by the measure of a small tenant, or by Microsoft's figures. */
export const QUARANTINE_PROFILES = ['small', 'entra'] as const

export type QuarantineProfile = (typeof QUARANTINE_PROFILES)[number]

/** What may be done to the objects of a kind. Disabling is an update. */
export interface Actions {
  readonly create: boolean
  readonly update: boolean
  readonly delete: boolean
}

export interface KindConfig {
  /** Users always are; groups can be left out. */
  readonly enabled: boolean
  readonly actions: Actions
  /** By what to match, the first first; `undefined` leaves it to the mapping. */
  readonly match: readonly MatchAttribute[] | undefined
  /** `undefined` takes the source's own. */
  readonly mapping: readonly AttributeMapping[] | undefined
}

export interface EmailConfig {
  readonly host: string
  readonly port: number
  /** `tls` from the first byte, `starttls` after a greeting, `none` for this machine only. */
  readonly security: 'tls' | 'starttls' | 'none'
  readonly from: string
  readonly to: readonly string[]
  readonly user: string | undefined
  readonly password: SecretReference | undefined
}

export interface NotifyConfig {
  /** Its address may be a secret by itself, so that it can stand in a file. */
  readonly webhook: { readonly url: string } | { readonly urlFrom: SecretReference } | undefined
  readonly email: EmailConfig | undefined
}

/** Everything that says what is provisioned, from where, to where and how; checked. Made of `scim.yaml` or of flags. */
export interface ScimConfig {
  /** For people: `scim.yaml`, or `the command line`. */
  readonly origin: string
  /** Paths of the source's settings are relative to this folder. */
  readonly folder: string
  readonly target: {
    /** Without a slash at the end. */
    readonly url: string
    readonly token: SecretReference
    readonly profile: 'twingate' | 'generic'
    /** Requests a second; `undefined` leaves it to the profile. */
    readonly rate: number | undefined
  }
  /** Absolute path of the state file. */
  readonly state: string
  readonly source: SourceOptions
  readonly scope: Scope
  readonly nestedGroups: NestedGroups
  readonly users: KindConfig
  readonly groups: KindConfig
  readonly onLeave: OnLeave
  /** A cycle that exceeds both limits holds its disables and deletes for approval: `count` objects, `share` of what is linked (0 to 1). */
  readonly deletionGuard: { readonly count: number; readonly share: number }
  readonly quarantine: QuarantineProfile
  readonly notify: NotifyConfig | undefined
  readonly intervalMs: number
  readonly mode: RunMode
}
