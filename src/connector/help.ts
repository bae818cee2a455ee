import type { FieldGroup } from '../sdk/cli/command-shape.ts'
import { commonSettings } from '../sdk/cli/help-groups.ts'
import type { Rule } from '../sdk/settings/resolve-config.ts'

/** Where to read and with which key. */
export const CONNECTION = ['domain', 'api-key-file', 'api-key', 'base-url']

/** Settings of nearly every command of Twingate. */
export const COMMON_SETTINGS = commonSettings({ connection: CONNECTION })

/** Where accounts of an identity provider are kept. */
export const SCIM_SETTINGS = ['scim-url', 'scim-token-file', 'scim-token', 'scim-on-delete']

/** What the help lists beside the settings that every connector has. */
export const OWN_GROUPS: readonly FieldGroup[] = [
  { title: 'Options for devices', names: ['device-posture'] },
  { title: 'Options for accounts of an identity provider', names: SCIM_SETTINGS },
]

/** Conditions between Twingate's own settings. */
export const TWINGATE_RULES: readonly Rule[] = [
  // The token alone is no mistake: the scim commands read the same variable.
  (values) =>
    values.has('scim-url') && !values.has('scim-token')
      ? [{ subject: '--scim-url (BATON_SCIM_URL)', text: 'needs --scim-token-file (BATON_SCIM_TOKEN_FILE)' }]
      : [],
]
