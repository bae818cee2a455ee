import { describe, expect, it } from 'vitest'
import { decodeMessage, encodeMessage } from '../../../../../src/sdk/wire/messages/message-bytes.ts'
import { decode } from '../../../../platform/service/messages.ts'

const C1 = 'c1.connector.v2'
const GRANT = `${C1}.GrantManagerServiceGrantResponse`

/** As an independent reader sees it. */
const read = (type: string, value: Record<string, unknown>) => decode(type, encodeMessage({ type, value }))

describe('message bytes', () => {
  it('packs messages into an Any under their type URL, also within each other', () => {
    const annotations = [
      { type: `${C1}.GrantAlreadyExists`, value: {} },
      {
        type: 'google.rpc.Status',
        value: { code: 9, details: [{ type: 'google.rpc.ErrorInfo', value: { reason: 'r' } }] },
      },
    ]
    expect(read(GRANT, { annotations })).toEqual({
      annotations: [
        { '@type': 'type.googleapis.com/c1.connector.v2.GrantAlreadyExists' },
        {
          '@type': 'type.googleapis.com/google.rpc.Status',
          code: 9,
          details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'r' }],
        },
      ],
    })
  })

  it('writes structs, times, enums, maps and 64-bit numbers', () => {
    expect(
      read(`${C1}.InvokeActionResponse`, { status: 'BATON_ACTION_STATUS_COMPLETE', response: { ok: true, n: [1] } }),
    ).toEqual({
      status: 'BATON_ACTION_STATUS_COMPLETE',
      response: {
        fields: { ok: { boolValue: true }, n: { listValue: { values: [{ numberValue: 1 }] } } },
      },
    })
    const limit = { status: 'STATUS_OVERLIMIT', limit: 2 ** 40, reset_at: '1969-12-31T23:59:59.250Z' }
    expect(read(`${C1}.RateLimitDescription`, limit)).toEqual({
      status: 'STATUS_OVERLIMIT',
      limit: 2 ** 40,
      reset_at: { seconds: -1, nanos: 250_000_000 },
    })
    expect(read('google.rpc.ErrorInfo', { metadata: { reason: 'because' } })).toEqual({
      metadata: { reason: 'because' },
    })
  })

  it('leaves out what is undefined, and keeps an empty message of a oneof', () => {
    const field = { display_name: undefined, string_field: {} }
    expect(read(`${C1}.ConnectorAccountCreationSchema`, { field_map: { email: field } })).toEqual({
      field_map: { email: { string_field: {} } },
    })
  })

  it('replaces half characters, for which other languages refuse the whole message', () => {
    const resource = { id: { resource_type: 'user\ud83d', resource: 'ok' } }
    expect(read(`${C1}.CreateResourceResponse`, { created: resource })).toEqual({
      created: { id: { resource_type: 'user\ufffd', resource: 'ok' } },
    })
  })

  it.each([
    [GRANT, { grant: [] }, /GrantManagerServiceGrantResponse has no field grant$/],
    [GRANT, { grants: [{ principal: { name: 'x' } }] }, /c1\.connector\.v2\.Resource has no field name$/],
    [GRANT, { annotations: [{ type: 'c1.connector.v2.Nothing', value: {} }] }, /no message c1\.connector\.v2\.Nothing/],
    [`${C1}.InvokeActionResponse`, { status: 'DONE' }, /BatonActionStatus has no value DONE/],
    [`${C1}.InvokeActionResponse`, { id: 5 }, /InvokeActionResponse: id: string expected/],
    [`${C1}.RateLimitDescription`, { reset_at: 'soon' }, /"soon" is no time/],
    [`${C1}.CreateAccountResponse`, { success: {}, in_progress: {} }, /CreateAccountResponse: result: multiple values/],
  ])('refuses a slip in %s: %j', (type, value, detail) => {
    expect(() => encodeMessage({ type, value })).toThrow(
      expect.objectContaining({ code: 'internal', detail: expect.stringMatching(detail) }),
    )
  })

  it('passes over fields and members that a newer peer sends', () => {
    // Field 99, text "x", before and after a known one.
    const unknown = [0x9a, 0x06, 0x01, 0x78]
    const bytes = new Uint8Array([...unknown, 0x0a, 0x01, 0x69, ...unknown])
    expect(decodeMessage('c1.connectorapi.baton.v1.Task', bytes)).toEqual({ id: 'i' })
  })

  it('fails on bytes that are no message', () => {
    expect(() => decodeMessage(GRANT, new TextEncoder().encode('<html>'))).toThrow(/invalid wire type/)
  })
})
