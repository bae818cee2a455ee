/** What somebody did, with the words that came with it; where none came, or none that can be seen, that is said in their place. */
export const withWords = (what: string, words: string): string =>
  words.trim() === '' ? `${what} without a message` : `${what}: ${words}`
