const MOST_WORDS = 30
const MOST_CHARACTERS = 160

interface Paragraph {
  /** Line of its first word, from 1. */
  readonly line: number
  readonly text: string
}

/** Sentences of a page in Markdown with more than 30 words, each behind the line that its paragraph begins on. Code and tables are none. */
export const longSentences = (page: string): readonly string[] =>
  paragraphsOf(page).flatMap(({ line, text }) =>
    text
      .split(/(?<=[.!?]["”)*_]*)\s+/u)
      .filter((sentence) => wordsIn(sentence) > MOST_WORDS)
      .map((sentence) => `${line}: ${sentence}`),
  )

/** Cells of the tables of a page with more than 160 characters, each behind its line. */
export const longCells = (page: string): readonly string[] =>
  page.split('\n').flatMap((row, index) =>
    row.startsWith('|')
      ? row
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim())
          .filter((cell) => !/^:?-+:?$/.test(cell) && plain(cell).length > MOST_CHARACTERS)
          .map((cell) => `${index + 1}: ${cell}`)
      : [],
  )

/** A link counts as its text. */
const plain = (text: string): string => text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')

/** Code in a sentence is one word, whatever it holds. */
const wordsIn = (sentence: string): number =>
  plain(sentence.replaceAll(/`[^`]*`/g, 'code'))
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length

function paragraphsOf(page: string): readonly Paragraph[] {
  const paragraphs: Paragraph[] = []
  let fenced = false
  let open = false
  for (const [index, row] of page.split('\n').entries()) {
    const text = row.trim()
    if (text.startsWith('```')) fenced = !fenced
    const isProse = !fenced && text !== '' && !/^(```|\||#|<)/.test(text)
    const last = paragraphs.at(-1)
    if (!isProse) open = false
    else if (open && last && !/^([-*]|\d+\.) /.test(text))
      paragraphs.splice(-1, 1, { ...last, text: `${last.text} ${text}` })
    else paragraphs.push({ line: index + 1, text: text.replace(/^([-*]|\d+\.) /, '') })
    if (isProse) open = true
  }
  return paragraphs
}
