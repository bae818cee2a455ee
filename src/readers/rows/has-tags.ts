import { tagsOf } from '../model/tags.ts'
import type { Thing } from '../model/thing.ts'

/** Whether a thing has every tag: `env=prod`, or `env` whatever its value. Case plays a part, as in Twingate. */
export function tagTest(wanted: readonly string[]): (thing: Thing) => boolean {
  const tests = wanted.map((text) => {
    const equals = text.indexOf('=')
    return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)]
  })
  return ({ profile }) => {
    const tags = tagsOf(profile)
    return tests.every(([key = '', value]) => (value === undefined ? tags.has(key) : tags.get(key) === value))
  }
}

/** Those that have every tag, as `tagTest`. */
export function* hasTags(things: Iterable<Thing>, wanted: readonly string[]): Generator<Thing> {
  const test = tagTest(wanted)
  for (const thing of things) if (test(thing)) yield thing
}
