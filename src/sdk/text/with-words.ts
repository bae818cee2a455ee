/** What somebody did, with the words that came with it; without visible words it says that there was no message. */
export const withWords = (what: string, words: string): string =>
  words.trim() === '' ? `${what} without a message` : `${what}: ${words}`
