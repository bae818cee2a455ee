import type { Secret } from '../ground/secret.ts'

/** Shorter texts occur by chance everywhere; taking them out would garble the output and protect nothing. */
const MIN_LENGTH = 4

/** Up to this length, a text of only digits, or only letters of one case, is more likely an ordinary word or number than a key. */
const MOST_ORDINARY = 15

/** Bytes of a secret that is looked for inside longer base64. */
const LEAST_INSIDE = 8

/** Takes known secrets out of text: the last line of defence behind `Secret`. */
export interface Redactor {
  /** From now on this text is taken out, as it is and as JSON, an address or base64 would spell it. */
  add(secret: Secret): void
  redact(text: string): string
}

export function createRedactor(): Redactor {
  const forms = new Set<string>()
  let longestFirst: readonly string[] = []
  return {
    add(secret) {
      const value = secret.reveal()
      if (value.length < MIN_LENGTH || isOrdinary(value)) return
      for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())])
        forms.add(form)
      for (const form of base64Forms(value)) forms.add(form)
      longestFirst = [...forms].sort((a, b) => b.length - a.length)
    },
    redact: (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, '[secret]'), text),
  }
}

const isOrdinary = (value: string): boolean =>
  value.length <= MOST_ORDINARY && /^(\p{L}?\p{Ll}+(['-]\p{Ll}+)*|\p{Lu}+|\d+)$/u.test(value)

/**
 * How base64 spells a text, in both alphabets, alone and with something before and behind it. Three letters make four characters, so there are
 * three spellings; the characters at the ends that hold parts of a neighbour are left out.
 */
function base64Forms(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  // A few characters in the middle of something else would occur by chance, too.
  const places = bytes.length < LEAST_INSIDE ? [0] : [0, 1, 2]
  return places.flatMap((before) => {
    const from = Math.ceil((before * 8) / 6)
    const to = Math.floor(((before + bytes.length) * 8) / 6)
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(from, to)
    return [text, text.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
