import type { Thing } from '../../readers/model/thing.ts'
import { entryOf } from '../../readers/names/name-entry.ts'
import type { Ref } from './answers.ts'

/** A thing as answers name it. */
export const refOf = (thing: Thing): Ref => entryOf(thing)
