import { twingateGrammar } from '../twingate-grammar.ts'
import { envNameOf } from '../../../src/sdk/settings/field.ts'

const { fields } = twingateGrammar('0.0.0')

/** Variables that the program reads. */
const OWN = new Set(fields.flatMap((field) => [envNameOf(field), field.fallbackEnv ?? '']))

/** Variables that Node or the transport reads. */
const OTHERS = /^(NODE_OPTIONS|NODE_ENV|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|HTTPS?_PROXY|NO_PROXY)$/

/** Those among the variables that would set nothing: misspelt, or gone. */
export const unknownSettings = (variables: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(variables).filter((name) => !OWN.has(name) && !OTHERS.test(name))
