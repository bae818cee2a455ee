/** One effect, in the words of whoever had it: `credential.create`, `secret.delete`. */
export interface JournalEntry {
  readonly operation: string
  readonly id: string
}

/** Effects of all stand-ins of a test in their order, so that a test can ask what came first. */
export class Journal {
  readonly #entries: JournalEntry[] = []

  add(operation: string, id: string): void {
    this.#entries.push({ operation, id })
  }

  /** Operations from an earlier mark on; all of them without one. */
  operations(from = 0): readonly string[] {
    return this.#entries.slice(from).map((entry) => entry.operation)
  }

  entries(from = 0): readonly JournalEntry[] {
    return this.#entries.slice(from)
  }

  /** Place of the next entry, to ask later what came after. */
  mark(): number {
    return this.#entries.length
  }
}
