import { createHash } from 'node:crypto'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { programName } from '../../sdk/ground/program-name.ts'
import { printable } from '../../sdk/text/printable.ts'
import type { CheckedCase, CheckedFile } from './check-file.ts'
import type { Finding } from './finding.ts'
import { BUILT_IN_RULES } from './rules/index.ts'

const TEST_RULES = [
  { id: 'accept', level: 'error', summary: 'Whoever a test names reaches what it says' },
  { id: 'deny', level: 'error', summary: 'Nobody whom a test names reaches what it forbids' },
  { id: 'exactly', level: 'error', summary: 'Whoever a test names reaches what it says, and nothing else' },
] as const

const RULES = [...TEST_RULES, ...BUILT_IN_RULES]

/** Findings as SARIF 2.1.0, for hosts of code that show them beside the rules. Source: OASIS SARIF 2.1.0. */
export function sarifJson(files: readonly CheckedFile[], version: string): string {
  const errors = files.flatMap(({ cases }) => cases.flatMap((each) => each.errors.map((error) => ({ each, error }))))
  const run = {
    tool: {
      driver: {
        name: programName().program,
        version,
        rules: RULES.map(({ id, level, summary }) => ({
          id,
          shortDescription: { text: summary },
          defaultConfiguration: { level },
        })),
      },
    },
    invocations: [
      {
        executionSuccessful: errors.length === 0,
        toolExecutionNotifications: errors.map(({ each, error }) => ({
          level: 'error',
          message: plain(`${each.name}: ${error.inFull}`),
          ...(each.place && { locations: [{ physicalLocation: physical(each.place.file, each.place.line) }] }),
        })),
      },
    ],
    results: files.flatMap((checked) =>
      checked.cases.flatMap((each) => each.findings.map((finding) => resultOf(checked, each, finding))),
    ),
    columnKind: 'utf16CodeUnits',
  }
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, undefined, 2)}\n`
}

function resultOf({ file }: CheckedFile, { place }: CheckedCase, finding: Finding) {
  const { rule, level, message, name, type, id } = finding
  const fingerprint = createHash('sha256').update(JSON.stringify([file.tenant, rule, finding.test, type, id, message]))
  return {
    ruleId: rule,
    ruleIndex: RULES.findIndex((each) => each.id === rule),
    level,
    message: plain(message),
    locations: [
      {
        // Hosts of code show only what has a place in a file: the test, or the snapshot.
        physicalLocation: place ? physical(place.file, place.line) : physical(file.name, undefined),
        ...(id !== '' && {
          logicalLocations: [{ name: printable(name), fullyQualifiedName: printable(`${type}:${id}`), kind: type }],
        }),
      },
    ],
    partialFingerprints: { 'access/v1': fingerprint.digest('hex') },
  }
}

const physical = (file: string, line: number | undefined) => ({
  artifactLocation: { uri: uriOf(file) },
  ...(line !== undefined && { region: { startLine: line } }),
})

const uriOf = (file: string): string =>
  isAbsolute(file) ? pathToFileURL(file).href : file.split(/[\\/]/).map(encodeURIComponent).join('/')

/** A message of SARIF makes a link of `[text](target)`, and of `{0}` an argument: names are neither. */
const plain = (text: string) => ({
  text: printable(text)
    .replaceAll(/[[\]\\]/g, '\\$&')
    .replaceAll(/[{}]/g, '$&$&'),
})
