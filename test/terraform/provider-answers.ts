import {
  type Attributes,
  type DynamicValue,
  fromDynamicValue,
  isObject,
  toDynamicValue,
  toObject,
  type Value,
} from './dynamic-value.ts'
import { type Path, planChange, withoutWriteOnly } from './plan-change.ts'
import { type Provider, ProviderError, type Resource } from './provider.ts'
import type { Answer } from './provider-service.ts'
import type { BlockSchema, ProviderSchema } from './provider-schema.ts'
import { schemaMessage } from './schema-message.ts'

/** What a provider answers to each call of Terraform. */
export function providerAnswers(provider: Provider): Readonly<Record<string, Answer>> {
  const schema = schemaAnswer(provider.schema)
  const partsOf = (type: unknown): { readonly resource: Resource; readonly block: BlockSchema } => {
    const resource = provider.resources[String(type)]
    const block = provider.schema.resource_schemas[String(type)]?.block
    if (resource === undefined || block === undefined) throw new Error(`no resource type ${String(type)}`)
    return { resource, block }
  }
  return {
    GetProviderSchema: async () => schema,
    ValidateProviderConfig: async () => ({}),
    ConfigureProvider: async () => ({}),
    ValidateResourceConfig: async () => ({}),
    ValidateDataResourceConfig: async () => ({}),
    UpgradeResourceState: async (request) => ({
      upgradedState: { json: (request['rawState'] as { readonly json: Uint8Array }).json },
    }),
    ReadResource: async (request) => {
      const state = valueIn(request, 'currentState')
      return withDiagnostics({ newState: toDynamicValue(state), private: request['private'] }, async () => ({
        newState: toDynamicValue(await partsOf(request['typeName']).resource.read(toObject(state))),
      }))
    },
    PlanResourceChange: async (request) => {
      const { resource, block } = partsOf(request['typeName'])
      const { planned, requiresReplace } = planChange(block, resource, {
        prior: valueIn(request, 'priorState'),
        proposed: valueIn(request, 'proposedNewState'),
        config: valueIn(request, 'config'),
      })
      return { plannedState: toDynamicValue(planned), requiresReplace: requiresReplace.map(pathMessage) }
    },
    ApplyResourceChange: async (request) => {
      const { resource, block } = partsOf(request['typeName'])
      const prior = valueIn(request, 'priorState')
      return withDiagnostics({ newState: toDynamicValue(prior) }, async () => {
        const state = await apply(resource, prior, valueIn(request, 'plannedState'), valueIn(request, 'config'))
        return { newState: toDynamicValue(state === null ? null : withoutWriteOnly(block, state)) }
      })
    },
    ImportResourceState: async (request) =>
      withDiagnostics({}, async () => {
        const { resource, block } = partsOf(request['typeName'])
        if (resource.importState === undefined) throw new ProviderError('Resource Import Not Implemented')
        const empty = Object.fromEntries(Object.keys(block.attributes ?? {}).map((name) => [name, null]))
        const state = { ...empty, ...resource.importState(String(request['id'])) }
        return { importedResources: [{ typeName: request['typeName'], state: toDynamicValue(state) }] }
      }),
    ReadDataSource: async (request) =>
      withDiagnostics({}, async () => {
        const source = provider.dataSources[String(request['typeName'])]
        if (source === undefined) throw new Error(`no data source ${String(request['typeName'])}`)
        return { state: toDynamicValue(await source(toObject(valueIn(request, 'config')))) }
      }),
  }
}

const valueIn = (request: Readonly<Record<string, unknown>>, field: string): Value =>
  fromDynamicValue(request[field] as DynamicValue)

async function apply(resource: Resource, prior: Value, planned: Value, config: Value): Promise<Attributes | null> {
  if (!isObject(planned)) {
    if (isObject(prior)) await resource.delete(prior)
    return null
  }
  const change = { planned, config: toObject(config) }
  return isObject(prior) ? await resource.update({ ...change, prior }) : await resource.create(change)
}

/** The answer, or `failed` with a diagnostic. Any other error is a fault of the stand-in and ends the call. */
async function withDiagnostics(failed: object, answer: () => Promise<object>): Promise<object> {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    const kept = error.state === undefined ? failed : { newState: toDynamicValue(error.state) }
    return { ...kept, diagnostics: [{ severity: 1, summary: error.message, detail: error.detail }] }
  }
}

const pathMessage = (path: Path): object => ({
  steps: path.map((step) => (typeof step === 'number' ? { elementKeyInt: step } : { attributeName: step })),
})

const schemaAnswer = ({ provider, resource_schemas, data_source_schemas }: ProviderSchema): object => ({
  provider: schemaMessage(provider),
  resourceSchemas: messages(resource_schemas),
  dataSourceSchemas: messages(data_source_schemas),
})

const messages = (schemas: ProviderSchema['resource_schemas']): object =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, schemaMessage(schema)]))
