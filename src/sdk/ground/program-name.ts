/** What a program calls itself and what it works for. */
export interface ProgramName {
  /** The program, for example `baton-twingate`: begins each error, names files and user agents. Lower case and dashes. */
  readonly program: string
  /** The source, for people, for example `Twingate`. */
  readonly source: string
}

let own: ProgramName = { program: 'baton-connector', source: 'the source' }

/** Says once, before anything else, what this program is called. */
export function nameProgram(name: ProgramName): void {
  own = Object.freeze({ ...name })
}

export const programName = (): ProgramName => own
