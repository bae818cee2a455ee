import type { Secret } from '../sdk/secret.ts'

/** Shorter texts occur by chance everywhere; taking them out would garble the output and protect nothing. */
const MIN_LENGTH = 4

/** Takes known secrets out of text: the last line of defence behind `Secret`. */
export interface Redactor {
  /** From now on this text is taken out, as it is and as JSON or an address would spell it. */
  add(secret: Secret): void
  redact(text: string): string
}

export function createRedactor(): Redactor {
  const forms = new Set<string>()
  let longestFirst: readonly string[] = []
  return {
    add(secret) {
      const value = secret.reveal()
      if (value.length < MIN_LENGTH) return
      for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())])
        forms.add(form)
      longestFirst = [...forms].sort((a, b) => b.length - a.length)
    },
    redact: (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, '[secret]'), text),
  }
}
