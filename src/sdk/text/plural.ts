/** Several of what an English noun names: `groups`, `security-policies`. */
export const plural = (noun: string): string =>
  noun.endsWith('y') && !/[aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`
