import type { JsonObject, JsonValue } from '../../../sdk/wire/rows/stored.ts'
import type { SourceValue } from '../../model.ts'

/** Levels of objects in objects that become names with dots. */
const MOST_LEVELS = 4

/**
 * Adds the values of a profile to attributes: `profile.first_name`; objects in it by names with dots; lists where all of them are texts.
 */
export function addProfile(attributes: Record<string, SourceValue>, profile: JsonObject | undefined): void {
  if (profile) addValues(attributes, 'profile.', profile, MOST_LEVELS)
}

function addValues(attributes: Record<string, SourceValue>, prefix: string, object: JsonObject, levels: number): void {
  for (const name in object) {
    const value = object[name]
    if (value === null || value === '' || value === undefined) continue
    if (typeof value !== 'object') attributes[prefix + name] = value
    else if (isList(value)) {
      if (value.length > 0 && value.every((each) => typeof each === 'string')) attributes[prefix + name] = value
    } else if (levels > 1) addValues(attributes, `${prefix}${name}.`, value, levels - 1)
  }
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
