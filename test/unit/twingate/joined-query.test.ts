import { readFileSync } from 'node:fs'
import { buildSchema, Kind, parse, validate, visit } from 'graphql'
import { describe, expect, it } from 'vitest'
import { allQueries } from '../../../src/resources/registry.ts'
import { joinQueries } from '../../../src/twingate/joined-query.ts'

const schema = buildSchema(readFileSync(new URL('../../tenant/schema.graphql', import.meta.url), 'utf8'))

/** Every question that a page of a sync asks, nested ones included. */
const pages = allQueries.filter(({ document }) => document.includes('$overlaps'))

const asked = (overlaps: boolean, queries = pages) =>
  queries.map((query) => ({
    query,
    variables: { first: 100, after: 'x', overlaps, overlapFirst: 1, groups: 100, keys: 100, id: 'y' },
  }))

const aliasesIn = (document: string): number => {
  let aliases = 0
  visit(parse(document), { Field: (node) => void (node.alias && aliases++) })
  return aliases
}

describe('questions in one document', () => {
  it('are those of all lists', () => {
    expect(pages.length).toBeGreaterThan(12)
  })

  it.each([true, false])('fit the schema, all at once and each two of them (overlaps %s)', (overlaps) => {
    const all = asked(overlaps)
    expect(validate(schema, parse(joinQueries(all).document))).toEqual([])
    for (const one of all)
      for (const other of all) expect(validate(schema, parse(joinQueries([one, other]).document))).toEqual([])
  })

  it('declare exactly the variables that are sent', () => {
    const { document, variables } = joinQueries(asked(true))
    const [operation] = parse(document).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    const declared = operation?.variableDefinitions?.map((node) => node.variable.name.value) ?? []
    expect(Object.keys(variables).filter((name) => !declared.includes(name))).toEqual([])
  })

  it('stand on lines of their own, and know the names of their answers', () => {
    const { document, parts } = joinQueries(asked(true))
    const lines = document.split('\n')
    for (const { names, roots, from, to } of parts) {
      const own = lines.slice(from - 1, to).join('\n')
      const shown = parse(`{ ${own.replaceAll(/\$\w+/g, '1')} }`).definitions.flatMap((node) =>
        node.kind === Kind.OPERATION_DEFINITION
          ? node.selectionSet.selections.flatMap((field) =>
              field.kind === Kind.FIELD ? [[field.alias?.value ?? field.name.value, field.name.value]] : [],
            )
          : [],
      )
      expect([...names.values()]).toEqual(shown.map(([name]) => name))
      expect(roots).toEqual(shown.map(([, root]) => root))
    }
    const names = parts.flatMap((part) => [...part.names.values()])
    expect(new Set(names).size).toBe(names.length)
  })

  it('take an alias only where a name would stand twice', () => {
    const [users, groups] = ['Users', 'Groups'].map((name) => pages.filter(({ operation }) => operation === name))
    const two = [...(users ?? []), ...(groups ?? [])]
    expect(aliasesIn(joinQueries(asked(false, two)).document)).toBe(0)
    expect(aliasesIn(joinQueries(asked(true, two)).document)).toBe(2)
  })
})
