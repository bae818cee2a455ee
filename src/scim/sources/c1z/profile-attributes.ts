import type { JsonObject, JsonValue } from '../../../sdk/wire/rows/stored.ts'
import type { SourceValue } from '../../model.ts'

/** Levels of objects in objects that become names with dots. */
const MOST_LEVELS = 4

/** What names of values of a profile begin with. */
export const PROFILE = 'profile.'

/**
 * Adds the values of a profile to attributes: `profile.first_name`; objects in it by names with dots; lists where all of them are texts. `wanted` are
 * the names to be added, `undefined` for all.
 */
export function addProfile(
  attributes: Record<string, SourceValue>,
  profile: JsonObject | undefined,
  wanted: ReadonlySet<string> | undefined,
): void {
  const add = (prefix: string, object: JsonObject, levels: number): void => {
    for (const key in object) {
      const value = object[key]
      const name = prefix + key
      if (value === null || value === '' || value === undefined) continue
      if (typeof value === 'object' && !isList(value)) {
        if (levels > 1) add(`${name}.`, value, levels - 1)
      } else if (wanted?.has(name) === false) continue
      else if (typeof value !== 'object') attributes[name] = value
      else if (value.length > 0 && value.every((each) => typeof each === 'string')) attributes[name] = value
    }
  }
  if (profile) add(PROFILE, profile, MOST_LEVELS)
}

const isList = (value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] => Array.isArray(value)

/** The first of the keys that the profile has a text for; `''` where it has none. */
export function profileText(profile: JsonObject | undefined, keys: readonly string[]): string {
  for (const key of keys) {
    const value = profile?.[key]
    if (typeof value === 'string' && value !== '') return value
  }
  return ''
}
