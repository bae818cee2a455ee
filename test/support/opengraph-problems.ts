import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'

/** A payload of BloodHound. */
export interface Payload {
  readonly metadata: { readonly source_kind: string }
  readonly graph: {
    readonly nodes: readonly { readonly id: string; readonly kinds: readonly string[] }[]
    readonly edges: readonly {
      readonly kind: string
      readonly start: { readonly value: string }
      readonly end: { readonly value: string }
    }[]
  }
}

/**
 * What stands against the schemas of nodes and edges; empty for nothing.
 *
 * Source of the schemas: `assets/opengraph/opengraph-node.json` and `opengraph-edge.json` of SpecterOps/bloodhound-docs, without their descriptions.
 */
export function opengraphProblems({ graph }: Payload): readonly string[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  const problems = (name: string, values: readonly unknown[]): readonly string[] => {
    const schema: unknown = JSON.parse(
      readFileSync(join(import.meta.dirname, `../fixtures/schemas/opengraph-${name}.json`), 'utf8'),
    )
    const validate = ajv.compile(schema as object)
    return values.flatMap((value) =>
      validate(value)
        ? []
        : (validate.errors ?? []).map(({ instancePath, message }) => `${name}${instancePath} ${message}`),
    )
  }
  return [...problems('node', graph.nodes), ...problems('edge', graph.edges)]
}
