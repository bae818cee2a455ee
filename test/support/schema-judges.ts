import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import Ajv4 from 'ajv-draft-04'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'

/**
 * What stands against the schema of JUnit reports; empty for nothing.
 *
 * Source of the schema: `testing/example_scripts/junit-10.xsd` in pytest 8.3.4 from PyPI, which took it from the Jenkins xUnit plugin (MIT, see its head).
 */
export function junitProblems(xml: string): readonly string[] {
  using schema = XmlDocument.fromString(
    readFileSync(join(import.meta.dirname, '../fixtures/schemas/junit-10.xsd'), 'utf8'),
  )
  using validator = XsdValidator.fromDoc(schema)
  return problemsOf(() => {
    using document = XmlDocument.fromString(xml)
    validator.validate(document)
  })
}

/** What stands against the schema of SARIF 2.1.0. Source of the schema: `lib/schemas` of the npm package `@microsoft/jest-sarif`. */
export function sarifProblems(json: unknown): readonly string[] {
  const path = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json')
  const schema: unknown = JSON.parse(readFileSync(join(path, '../lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'))
  const ajv = new Ajv4.default({ allErrors: true, strict: false, validateFormats: false, unicodeRegExp: false })
  const validate = ajv.compile(schema as object)
  validate(json)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

function problemsOf(work: () => void): readonly string[] {
  try {
    work()
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}
