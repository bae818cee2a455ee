/** A JSON text as a value, or what is wrong with it, without the text around the fault. */
export type ParsedJson = { readonly value: unknown } | { readonly problem: string }

export function parsedJson(text: string): ParsedJson {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    const told = said.replace(/, (?:\.\.\.)?".*$/s, '').replace(/(?: in JSON)? at position \d+/, '')
    return { problem: told.charAt(0).toLowerCase() + told.slice(1) }
  }
}
