import { printable } from '../../sdk/text/printable.ts'
import type { CheckedCase, CheckedFile } from './check-file.ts'

/**
 * Cases as JUnit XML, a suite for each snapshot and file of rules.
 *
 * Source: junit-10.xsd of the Jenkins xUnit plugin, which judges it in the tests.
 */
export function junitXml(files: readonly CheckedFile[], now: Date): string {
  const suites = files.flatMap(({ file, cases }) =>
    [...Map.groupBy(cases, ({ suite }) => suite)].map(([suite, of]) =>
      suiteXml(`${file.tenant}: ${suite}`, file.name, of, now),
    ),
  )
  const cases = files.flatMap((file) => file.cases)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="access"${countsXml(cases)}>\n${suites.join('')}</testsuites>\n`
}

const isFailed = ({ findings, errors }: CheckedCase): boolean => errors.length === 0 && findings.length > 0
const isBroken = ({ errors }: CheckedCase): boolean => errors.length > 0

const countsXml = (cases: readonly CheckedCase[]): string =>
  ` tests="${cases.length}" failures="${cases.filter(isFailed).length}" errors="${cases.filter(isBroken).length}"`

function suiteXml(name: string, snapshot: string, cases: readonly CheckedCase[], now: Date): string {
  const properties = `    <properties>\n      <property name="snapshot" value="${xmlText(snapshot)}"/>\n    </properties>\n`
  return `  <testsuite name="${xmlText(name)}"${countsXml(cases)} timestamp="${now.toISOString()}">\n${properties}${cases.map(caseXml).join('')}  </testsuite>\n`
}

function caseXml({ suite, name, findings, errors, place }: CheckedCase): string {
  const open = `    <testcase classname="${xmlText(suite)}" name="${xmlText(name)}"`
  const at = place ? `${place.file}:${place.line}\n` : ''
  const first = errors[0]
  if (first)
    return `${open}>\n      <error type="${first.code}" message="${xmlText(first.inFull)}">${xmlText(at)}${errors.map((error) => xmlText(error.inFull)).join('\n')}</error>\n    </testcase>\n`
  if (findings.length === 0) return `${open}/>\n`
  const message = findings.length === 1 ? (findings[0]?.message ?? '') : `${findings.length} findings`
  const lines = findings.map((finding) => xmlText(finding.message)).join('\n')
  return `${open}>\n      <failure type="${xmlText(findings[0]?.rule ?? '')}" message="${xmlText(message)}">${xmlText(at)}${lines}</failure>\n    </testcase>\n`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '\n',
}

/** Text for XML 1.0, which has no control characters, halves of pairs or non-characters, however they are escaped. */
const xmlText = (text: string): string =>
  text
    .toWellFormed()
    .split('\n')
    .map((line) =>
      printable(line)
        .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
        .replaceAll(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter),
    )
    .join('\n')
