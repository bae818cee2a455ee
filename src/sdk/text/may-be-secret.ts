/**
 * Whether a text that was refused could be a key in the wrong place, so that no message may repeat it: a word that begins like a flag, or one with a
 * part that is long and mixed, or longer than any name.
 */
export const mayBeSecret = (text: string): boolean => /^-+[^-\d]/.test(text) || text.split(SEPARATORS).some(isKeyLike)

/** Between the parts of paths, addresses, lists and sentences. */
const SEPARATORS = /[\s/\\.,:;@]+/

const KINDS = [/\d/, /[a-z]/, /[A-Z]/]

const isKeyLike = (part: string): boolean =>
  part.length >= 20 || (part.length >= 16 && KINDS.filter((kind) => kind.test(part)).length > 1)
