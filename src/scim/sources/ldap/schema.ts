import type { NameRule } from '../directory/dn.ts'

/** An attribute as the server describes it. */
export interface AttributeType {
  /** The name that the server uses in answers: the first one. */
  readonly name: string
  readonly ignoresCase: boolean
  /** Whether values are bytes rather than text. */
  readonly isBinary: boolean
}

interface Definition {
  readonly oid: string
  readonly names: readonly string[]
  readonly sup: string | undefined
  readonly equality: string | undefined
  readonly syntax: string | undefined
}

interface ObjectClass {
  readonly name: string
  readonly sup: readonly string[]
  readonly must: readonly string[]
}

/** Source: RFC 4517 §3.3: binary, certificates and lists of them, fax, JPEG, octet string; Active Directory's security descriptor and id. */
const BINARY_SYNTAXES = new Set(
  ['5', '8', '9', '10', '23', '28', '40', '49']
    .map((n) => `1.3.6.1.4.1.1466.115.121.1.${n}`)
    .concat('1.2.840.113556.1.4.907'),
)

/** Syntaxes of texts. Active Directory names no matching rules and never looks at case. */
const TEXT_SYNTAXES = new Set(['15', '26', '44', '50', '36', '12'].map((n) => `1.3.6.1.4.1.1466.115.121.1.${n}`))

const IGNORES_CASE = /^(caseIgnore|numericString|telephoneNumber|distinguishedName|objectIdentifier)/i

/** How often an attribute may be described by another one. */
const DEEPEST = 10

/**
 * What a server knows of attributes and object classes.
 *
 * Why: an attribute that a server does not know makes a filter mean nobody at one server and everybody at another, without an error.
 */
export class Schema {
  readonly #definitions = new Map<string, Definition>()
  readonly #classes = new Map<string, ObjectClass>()
  readonly #must = new Map<string, ReadonlySet<string>>()

  constructor(attributeTypes: readonly string[], objectClasses: readonly string[]) {
    for (const text of attributeTypes) {
      const definition = parseDefinition(text)
      for (const name of [definition.oid, ...definition.names]) this.#definitions.set(name.toLowerCase(), definition)
    }
    for (const text of objectClasses) {
      const [name = oidOf(text)] = namesOf(text)
      for (const key of [oidOf(text), ...namesOf(text)])
        this.#classes.set(key.toLowerCase(), { name, sup: listOf(text, 'SUP'), must: listOf(text, 'MUST') })
    }
  }

  /** Number of attributes; 0 means that the server shows no schema. */
  get size(): number {
    return this.#definitions.size
  }

  /** The attribute with a name or number; options such as `;lang-de` are left aside. */
  attribute(description: string): AttributeType | undefined {
    const [base = ''] = description.split(';', 1)
    const found = this.#definitions.get(base.toLowerCase())
    if (!found) return undefined
    const equality = this.#inherited(found, 'equality')
    const syntax = this.#inherited(found, 'syntax')?.replace(/\{\d+\}$/, '')
    return {
      name: found.names[0] ?? found.oid,
      ignoresCase: equality === undefined ? TEXT_SYNTAXES.has(syntax ?? '') : IGNORES_CASE.test(equality),
      isBinary: BINARY_SYNTAXES.has(syntax ?? ''),
    }
  }

  /** The description by which to ask for an attribute: the server's own name, with the options. */
  canonical(description: string): string | undefined {
    const [, ...options] = description.split(';')
    const name = this.attribute(description)?.name
    return name === undefined ? undefined : [name, ...options].join(';')
  }

  /** The server's own names of all attributes, in the order of the alphabet. */
  names(): readonly string[] {
    return [...new Set([...this.#definitions.values()].map(({ names, oid }) => names[0] ?? oid))].sort()
  }

  hasClass(name: string): boolean {
    return this.#classes.has(name.toLowerCase())
  }

  /** Attributes that every entry of a class has, those of the classes above it too, by the server's own names. */
  mustOf(objectClass: string): ReadonlySet<string> {
    const key = objectClass.toLowerCase()
    const known = this.#must.get(key)
    if (known) return known
    const must = new Set<string>()
    this.#must.set(key, must)
    const { must: own = [], sup = [] } = this.#classes.get(key) ?? {}
    for (const name of own) must.add(this.attribute(name)?.name ?? name)
    for (const above of sup) for (const name of this.mustOf(above)) must.add(name)
    return must
  }

  /** How names that hold an attribute are compared; `undefined` for one that the server does not know. */
  readonly nameRules = (type: string): NameRule | undefined => {
    const attribute = this.attribute(type)
    return attribute && { canonical: attribute.name.toLowerCase(), ignoresCase: attribute.ignoresCase }
  }

  #inherited(definition: Definition, what: 'equality' | 'syntax'): string | undefined {
    let current: Definition | undefined = definition
    for (let depth = 0; current && depth < DEEPEST; depth++) {
      if (current[what] !== undefined) return current[what]
      current = current.sup === undefined ? undefined : this.#definitions.get(current.sup.toLowerCase())
    }
    return undefined
  }
}

/** Source: RFC 4512 §4.1. Descriptions are quoted texts, in which no keyword is looked for. */
function parseDefinition(text: string): Definition {
  return {
    oid: oidOf(text),
    names: namesOf(text),
    sup: wordAfter(text, 'SUP'),
    equality: wordAfter(text, 'EQUALITY'),
    syntax: wordAfter(text, 'SYNTAX'),
  }
}

const withoutQuotes = (text: string): string => text.replaceAll(/'[^']*'/g, "''")

const oidOf = (text: string): string => /^\(\s*([\w.-]+)/.exec(text)?.[1] ?? ''

function namesOf(text: string): readonly string[] {
  const names = /\sNAME\s+(?:'([^']*)'|\(([^)]*)\))/.exec(text)
  return names?.[1] === undefined
    ? [...(names?.[2] ?? '').matchAll(/'([^']*)'/g)].map(([, name = '']) => name)
    : [names[1]]
}

const wordAfter = (text: string, keyword: string): string | undefined =>
  // Active Directory and 389-ds quote numbers.
  new RegExp(`\\s${keyword}\\s+'([\\w.{}-]+)'`).exec(text)?.[1] ??
  new RegExp(`\\s${keyword}\\s+([\\w.{}-]+)`).exec(withoutQuotes(text))?.[1]

function listOf(text: string, keyword: string): readonly string[] {
  const list = new RegExp(`\\s${keyword}\\s+(?:\\(([^)]*)\\)|([\\w.-]+))`).exec(withoutQuotes(text))
  return (list?.[1] ?? list?.[2] ?? '')
    .split('$')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
