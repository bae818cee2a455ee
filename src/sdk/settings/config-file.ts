import { extname, resolve } from 'node:path'
import { ConnectorError } from '../ground/errors.ts'
import type { Files } from './files.ts'
import { isMissing, isStop, whyUnreadable } from './files.ts'
import type { Problem } from './problem.ts'

export const DEFAULT_CONFIG_FILE = '.baton.yaml'

export interface ConfigFile {
  /** As the user named it. */
  readonly path: string
  readonly values: ReadonlyMap<string, unknown>
  /** The line of a key, from 1. */
  readonly lineOf: (key: string) => number
}

const MAX_CHARS = 1024 * 1024

/**
 * Reads the file that was named, else `./.baton.yaml` if there is one; `undefined` where there is none.
 *
 * Errors: `invalid-argument`, its detail a sentence about the file; nothing of the file's text is quoted, it may hold a key.
 */
export async function readConfigFile(
  named: string | undefined,
  cwd: string,
  files: Files,
): Promise<ConfigFile | undefined> {
  const path = named ?? DEFAULT_CONFIG_FILE
  if (!['.yaml', '.yml'].includes(extname(path))) throw invalid('must name a file that ends in .yaml or .yml')
  let text: string
  try {
    text = await files.readText(resolve(cwd, path))
  } catch (error) {
    if (isStop(error)) throw error
    if (named === undefined && isMissing(error)) return undefined
    throw invalid(`the file ${path} ${whyUnreadable(error)}`)
  }
  if (text.length > MAX_CHARS) throw invalid(`the file ${path} is longer than 1 MiB and cannot be a config file`)
  return { path, ...(await parseYamlMap(text, path)) }
}

/** The problem in the words of the list of problems. */
export const configFileProblem = (error: unknown, subject: string): Problem => ({
  subject,
  text: ConnectorError.from(error, 'configuration').detail,
})

async function parseYamlMap(text: string, path: string): Promise<Omit<ConfigFile, 'path'>> {
  // Loaded here because most runs have no config file and the parser is a tenth of a second of start-up.
  const { readYaml } = await import('./placed-yaml.ts')
  const read = readYaml(text, { mapAsMap: true })
  if ('fault' in read)
    throw read.fault === 'form'
      ? invalid(`the file ${path} is not valid YAML: line ${read.line}, ${read.what}`)
      : invalid(`the file ${path} uses YAML aliases that cannot be resolved`)
  const { value, lineOf } = read
  if (value === null) return { values: new Map(), lineOf: () => 1 }
  if (!(value instanceof Map)) throw invalid(`the file ${path} must hold settings as "name: value" lines`)
  return {
    values: new Map([...value].map(([key, item]): [string, unknown] => [String(key), item])),
    lineOf: (key) => lineOf([key]),
  }
}

const invalid = (detail: string): ConnectorError => new ConnectorError('invalid-argument', 'configuration', detail)
