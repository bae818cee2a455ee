import { tagsOf } from '../model/tags.ts'
import type { Thing } from '../model/thing.ts'

/** Those that have every tag: `env=prod`, or `env` whatever its value. Case plays a part, as in Twingate. */
export function* hasTags(things: Iterable<Thing>, wanted: readonly string[]): Generator<Thing> {
  const tests = wanted.map((text) => {
    const equals = text.indexOf('=')
    return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)]
  })
  for (const thing of things) {
    const tags = tagsOf(thing.profile)
    if (tests.every(([key = '', value]) => (value === undefined ? tags.has(key) : tags.get(key) === value))) yield thing
  }
}
