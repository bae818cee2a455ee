import { mayBeSecret } from './may-be-secret.ts'
import { isSlipOf } from './suggest.ts'

/** Words that are shorter are no keys. */
const LEAST_SECRET = 4

/** A number of few digits. */
const NUMBER = /^[+-]?\d{1,7}(\.\d{1,3})?$/

/** Whether a word looks like a path, a file or a host. */
const PLACE = /[/\\.]/

/**
 * What a message may repeat of a word that was refused where a setting, a key or a name was expected: a number, a slip of an allowed word, a path or a
 * host, in quotes and cut short. Of any other word its length alone, for it may be a secret in the wrong place.
 */
export const refusedWord = (text: string, allowed: readonly string[] = []): string =>
  maySay(text, allowed)
    ? JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text)
    : `a text of ${text.length} characters`

/** Whether a message may repeat a refused word; see `refusedWord`. */
export const maySay = (text: string, allowed: readonly string[] = []): boolean =>
  text.length < LEAST_SECRET ||
  (!mayBeSecret(text) && (NUMBER.test(text) || PLACE.test(text) || allowed.includes(text) || isSlipOf(text, allowed)))
