/** A `COPY` of a Dockerfile. */
export interface CopyStep {
  readonly kind: 'copy'
  /** Stage that it copies from; `undefined` for the build context. */
  readonly from: string | undefined
  readonly sources: readonly string[]
  /** Ends with `/` where it names a folder to copy into. */
  readonly target: string
  /** For example `65532:65532`. */
  readonly owner: string | undefined
  /** For example `0755`. */
  readonly mode: string | undefined
}

/** Any other instruction: its word and the rest of its line. */
export interface PlainStep {
  readonly kind: 'run' | 'workdir' | 'user' | 'env' | 'label' | 'arg' | 'entrypoint' | 'healthcheck'
  readonly text: string
}

export interface Stage {
  /** `''` for the last one where it has none. */
  readonly name: string
  readonly base: string
  readonly steps: readonly (CopyStep | PlainStep)[]
}

/**
 * Reads a Dockerfile into its stages. Knows what ours uses and no more.
 *
 * Errors: an instruction, or an option of `COPY`, that is not known here, so that nothing is passed over in silence.
 */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: Stage[] = []
  let steps: (CopyStep | PlainStep)[] = []
  for (const line of linesOf(text)) {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
    if (word === 'FROM') {
      const [, base = '', name = ''] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest) ?? []
      steps = []
      stages.push({ name, base, steps })
    } else if (word === 'COPY') steps.push(copyStep(rest))
    else if (isPlain(word)) steps.push({ kind: word.toLowerCase() as PlainStep['kind'], text: rest })
    else throw new Error(`the Dockerfile has an instruction that is not known here: ${line}`)
  }
  return stages
}

/** The last value that a stage sets for the instruction, for example the user. */
export const lastOf = (stage: Stage, kind: PlainStep['kind']): string | undefined =>
  stage.steps.findLast((step): step is PlainStep => step.kind === kind)?.text

export const copiesOf = (stage: Stage): readonly CopyStep[] => stage.steps.filter((step) => step.kind === 'copy')

/** Instructions on one line each, without comments. */
const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')

const PLAIN = ['RUN', 'WORKDIR', 'USER', 'ENV', 'LABEL', 'ARG', 'ENTRYPOINT', 'HEALTHCHECK']
const isPlain = (word: string): boolean => PLAIN.includes(word)

function copyStep(text: string): CopyStep {
  const words = text.split(/\s+/)
  const options = new Map(
    words
      .filter((word) => word.startsWith('--'))
      .map((word): [string, string] => [word.slice(2).split('=')[0] ?? '', word.split('=')[1] ?? '']),
  )
  const strange = [...options.keys()].filter((name) => !['from', 'chown', 'chmod'].includes(name))
  if (strange.length > 0) throw new Error(`the Dockerfile has a COPY with an option that is not known here: ${text}`)
  const paths = words.filter((word) => !word.startsWith('--'))
  return {
    kind: 'copy',
    from: options.get('from'),
    sources: paths.slice(0, -1),
    target: paths.at(-1) ?? '',
    owner: options.get('chown'),
    mode: options.get('chmod'),
  }
}
