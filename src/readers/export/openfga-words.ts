import { Numbered } from '../access/numbered.ts'

/** Words of the model's language, which cannot be names in it. Source: OpenFGA configuration language. */
const RESERVED = new Set(['self', 'this', 'define', 'type', 'model', 'schema', 'relations', 'condition', 'and', 'or'])

/** Names as OpenFGA takes them: a word for each text, and no two texts with one word. */
export class OpenfgaWords {
  readonly #words = new Map<string, string>()
  readonly #taken = new Numbered<string>()

  /** `Network Admin` is `Network_Admin`. */
  of(text: string): string {
    const known = this.#words.get(text)
    if (known !== undefined) return known
    const plain = text.replaceAll(/[^A-Za-z0-9_-]+/g, '_').slice(0, 40)
    const stem = plain === '' || RESERVED.has(plain) || !/^[A-Za-z_]/.test(plain) ? `x_${plain}` : plain
    let word = stem
    for (let n = 2; this.#taken.number(word) >= 0; n++) word = `${stem}_${n}`
    this.#taken.add(word, () => text)
    this.#words.set(text, word)
    return word
  }
}

/** An id inside `type:id`: what would end it is written as in a URL. */
export const openfgaId = (id: string): string =>
  id.replaceAll(/[\s#:@*%]|[^\u0021-\u007e]/gu, (letter) => encodeURIComponent(letter).replaceAll('*', '%2A'))
