/** Characters of a foreign text that a sentence repeats. */
const MOST_SHOWN = 60

/** A foreign text in quotes, as a sentence can hold it: on one line, without control characters, cut where it is long. */
export function quoted(text: string): string {
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text
  return JSON.stringify(shown.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' '))
}
