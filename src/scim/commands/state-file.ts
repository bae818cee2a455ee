import { resolve } from 'node:path'
import { SCIM_FIELDS, type ScimSettings } from '../config/fields.ts'

/** What commands read that only look into the state, or leave it a word. */
export const STATE_FIELDS = SCIM_FIELDS.filter(
  (field): field is Extract<(typeof SCIM_FIELDS)[number], { readonly name: 'config' | 'state' }> =>
    field.name === 'config' || field.name === 'state',
)

export type StateSettings = Pick<ScimSettings, 'config' | 'state'>

const NOTHING: ScimSettings = {
  ...{ config: undefined, people: undefined, groups: undefined, members: undefined, source: undefined },
  ...{ target: undefined, 'token-file': undefined, state: undefined, 'on-leave': undefined },
}

/** The path of the state: `--state`, else what the configuration says. Errors: as `openConfig`. */
export async function stateFileOf({ config, state }: StateSettings, cwd: string): Promise<string> {
  if (state !== undefined) return resolve(cwd, state)
  const { openConfig } = await import('../config/open-config.ts')
  return (await openConfig({ ...NOTHING, config }, cwd)).state
}
