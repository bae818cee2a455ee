import { readFileSync } from 'node:fs'
import { buildSchema, Kind, parse, validate, visit } from 'graphql'
import { describe, expect, it } from 'vitest'
import { connectorQueries } from '../../../src/connector/twingate.ts'
import { allQueries } from '../../../src/resources/registry.ts'

const schema = buildSchema(readFileSync(new URL('../../support/tenant/schema.graphql', import.meta.url), 'utf8'))
const queries = [...allQueries, ...connectorQueries]

describe('GraphQL documents', () => {
  it('are looked at, all of them', () => {
    expect(queries.map((query) => query.operation).sort()).toEqual([
      'Group',
      'GroupMembers',
      'Groups',
      'RoleHolders',
      'User',
      'UserGroups',
      'Users',
      'Validate',
    ])
  })

  it.each(queries)('$operation fits the schema', ({ document }) => {
    expect(validate(schema, parse(document))).toEqual([])
  })

  it.each(queries)('$operation names its one operation as the client does', ({ operation, document }) => {
    const operations = parse(document).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    expect(operations.map((node) => node.name?.value)).toEqual([operation])
  })

  it.each(queries)('$operation holds no pasted text, only variables', ({ document }) => {
    const pasted: string[] = []
    visit(parse(document), { StringValue: (node) => void pasted.push(node.value) })
    expect(pasted).toEqual([])
  })

  it.each(queries)('$operation asks every connection for a stated number of rows', ({ document }) => {
    const unbounded: string[] = []
    visit(parse(document), {
      Field(node) {
        const isConnection = node.selectionSet?.selections.some(
          (field) => field.kind === Kind.FIELD && ['edges', 'totalCount'].includes(field.name.value),
        )
        if (isConnection && !node.arguments?.some((argument) => argument.name.value === 'first'))
          unbounded.push(node.name.value)
      },
    })
    expect(unbounded).toEqual([])
  })
})
