import { type ConnectorError, exitCodeOf } from '../../ground/errors.ts'

/** What a program is told of a run that failed, as one JSON object on one line; its keys are a public format. */
export const failureJson = ({ code, operation, inFull }: ConnectorError): string =>
  `${JSON.stringify({ error: { code, operation, message: inFull, exitCode: exitCodeOf(code) } })}\n`

/** Whether results are asked for as JSON, as far as that can be told before the settings are checked. */
export function asksForJson(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): boolean {
  const at = argv.findLastIndex((word) => word === '--output' || word.startsWith('--output='))
  const word = argv[at]
  if (word === undefined) return env['BATON_OUTPUT'] === 'json'
  return (word === '--output' ? argv[at + 1] : word.slice('--output='.length)) === 'json'
}
