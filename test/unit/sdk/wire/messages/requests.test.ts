import { describe, expect, it } from 'vitest'
import { describeTwingate } from '../../../../../src/connector/describe.ts'
import type { TaskResult } from '../../../../../src/sdk/service/baton-service.ts'
import { connectorMetadata } from '../../../../../src/sdk/wire/messages/connector-metadata.ts'
import { helloFields } from '../../../../../src/sdk/service/platform/hello-message.ts'
import { encodeMessage } from '../../../../../src/sdk/wire/messages/message-bytes.ts'
import { resultFields } from '../../../../../src/sdk/service/platform/result-to-message.ts'
import { capabilitiesJson } from '../../../../../src/sdk/cli/commands/capabilities.ts'
import { BATON, decode, type Fields } from '../../../../platform/service/messages.ts'
import { HELLO } from '../../service/service-fixture.ts'

const sent = (type: string, value: Fields) => decode(type, encodeMessage({ type, value }))
const finished = (result: TaskResult) => sent(`${BATON}.BatonServiceFinishTaskRequest`, resultFields(result))
const EXISTS = { type: 'c1.connector.v2.GrantAlreadyExists', value: {} }

describe('finish request', () => {
  it('holds nothing but success where there is nothing more', () => {
    expect(finished({ kind: 'success' })).toEqual({ success: {} })
  })

  it('holds the response and at most 16 annotations', () => {
    const response = { type: 'c1.connector.v2.DeleteResourceResponse', value: { annotations: [EXISTS] } }
    const request = finished({ kind: 'success', response, annotations: Array.from({ length: 20 }, () => EXISTS) })
    expect(request).toMatchObject({
      success: { response: { '@type': 'type.googleapis.com/c1.connector.v2.DeleteResourceResponse' } },
    })
    expect((request['success'] as { annotations: unknown[] }).annotations.length).toBe(16)
  })

  it.each([true, false])('holds status, details and whether it is retryable: %s', (retryable) => {
    const details = [{ type: 'google.rpc.ErrorInfo', value: { reason: 'grant_cancelled' } }]
    expect(finished({ kind: 'failure', code: 9, message: 'is an admin', retryable, details })).toEqual({
      status: {
        code: 9,
        message: 'is an admin',
        details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'grant_cancelled' }],
      },
      error: retryable ? {} : { non_retryable: true },
    })
  })
})

describe('hello request', () => {
  const hello = (value: Fields) => sent(`${BATON}.BatonServiceHelloRequest`, value)

  it('says everything of build, host and connector', () => {
    expect(hello(helloFields({ ...HELLO, taskId: 't' }))).toEqual({
      task_id: 't',
      build_info: { lang_version: 'v24.0.0', package: 'baton-twingate', package_version: '0.1.0' },
      os_info: {
        hostname: 'h',
        os: 'linux',
        platform: 'debian',
        platform_version: '12',
        platform_family: 'debian',
        kernel_version: '6.1',
        kernel_arch: 'x86_64',
        virtualization_system: 'none',
      },
      connector_metadata: { display_name: 'Twingate' },
    })
  })

  it('cuts texts to 256 characters, never in the middle of one', () => {
    const request = hello(helloFields({ ...HELLO, host: { ...HELLO.host, hostname: '😀'.repeat(300) } }))
    expect(request).toMatchObject({ os_info: { hostname: '😀'.repeat(256) } })
  })
})

describe('connector metadata', () => {
  const connector = describeTwingate()
  const metadata = (helpUrl = connector.metadata.helpUrl) => {
    const { type, value } = connectorMetadata({ ...connector, metadata: { ...connector.metadata, helpUrl } })
    return sent(type, value)
  }

  it('says the same of capabilities as the command of that name', () => {
    const camel = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(camel)
      if (typeof value !== 'object' || value === null) return value
      // A Duration is a text in protobuf's JSON.
      if ('seconds' in value) return `${String(value.seconds)}s`
      const entries = Object.entries(value).map(([key, item]) => [
        key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
        camel(item),
      ])
      return Object.fromEntries(entries) as unknown
    }
    const { '@type': _, ...told } = JSON.parse(capabilitiesJson(connector)) as Fields
    expect(camel(metadata()['capabilities'])).toEqual(told)
  })

  it('has a form for accounts, with a type and a place for every field', () => {
    const { field_map: fields } = metadata()['account_creation_schema'] as { field_map: Record<string, Fields> }
    expect(Object.values(fields).map(({ order }) => order)).toEqual(Object.keys(fields).map((_, index) => index + 1))
    for (const field of Object.values(fields)) expect(field).toMatchObject({ string_field: {} })
    expect(fields['email']).toMatchObject({ required: true, order: 1 })
  })

  it('has no address of a guide that the service would refuse', () => {
    expect(metadata('/docs/baton/twingate')).not.toHaveProperty('help_url')
    expect(metadata('http://x.example')).not.toHaveProperty('help_url')
    expect(metadata('https://x.example/guide')).toMatchObject({ help_url: 'https://x.example/guide' })
  })

  it('has neither form nor credentials for a connector that makes no accounts', () => {
    const { type, value } = connectorMetadata({ ...connector, syncers: [], actions: [], eventFeeds: [] })
    expect(sent(type, value)).toEqual({
      display_name: 'Twingate',
      description: connector.metadata.description,
      capabilities: { credential_details: {} },
    })
  })
})
