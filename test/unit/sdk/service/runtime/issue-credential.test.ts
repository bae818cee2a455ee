import { generateKeyPairSync } from 'node:crypto'
import { compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { TaskResult, TaskWork } from '../../../../../src/sdk/service/baton-service.ts'
import { connectorFor, startDaemon } from '../../../../support/run-daemon-with.ts'
import { tenantOf, writes } from '../../../../tenant/tenant-of.ts'
import type { RunningTenant, TenantOptions } from '../../../../tenant/start-tenant.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = JSON.stringify(publicKey.export({ format: 'jwk' }))

const Answer = z.object({
  response: z.object({ value: z.object({ encrypted_data: z.array(z.object({ encrypted_bytes: z.string() })) }) }),
})

type Issue = Extract<TaskWork, { kind: 'issue-credential' }>

async function site(options: TenantOptions = {}) {
  const server = await tenantOf(options)
  const account = server.tenant.network.addServiceAccount({ name: 'Night' })
  const work: Issue = {
    kind: 'issue-credential',
    identity: { type: 'service-account', id: account.id },
    option: 'api_key',
    scopes: [],
    encryption: [{ provider: 'baton/jwk/v1', jwk }],
    until: undefined,
  }
  return { server, account, work }
}

/** Runs a task to its end. */
async function resultOf(
  server: RunningTenant,
  work: TaskWork,
): Promise<{ id: string; result: TaskResult | undefined }> {
  const daemon = startDaemon({ connector: connectorFor(server) })
  const id = daemon.peer.add(work)
  await daemon.peer.allFinished()
  await daemon.stop()
  expect(daemon.peer.violations).toEqual([])
  return { id, result: daemon.peer.results(id)[0] }
}

describe('a task that issues a credential', () => {
  it('makes a key and gives its secret for those alone whom the task names', async () => {
    const { server, account, work } = await site()
    const { id, result } = await resultOf(server, work)
    const [key] = account.keys
    expect(result).toMatchObject({
      kind: 'success',
      response: {
        type: 'c1.connector.v2.IssueCredentialResponse',
        value: {
          secret: { id: { resource_type: 'service-account-key', resource: key?.id } },
          resource_mode: 'CREDENTIAL_RESOURCE_MODE_DISCOVERABLE',
          request_id: id,
        },
      },
    })
    expect(JSON.stringify(result)).toContain('"identity_id":{"resource_type":"service-account"')
    expect(JSON.stringify(result)).not.toContain('SECRET-')
    const answer: unknown = JSON.parse(JSON.stringify(result))
    const encrypted = Answer.parse(answer).response.value.encrypted_data[0]?.encrypted_bytes ?? ''
    const text = Buffer.from(Buffer.from(encrypted, 'base64').toString(), 'base64').toString()
    const { plaintext } = await compactDecrypt(text, privateKey)
    expect(new TextDecoder().decode(plaintext)).toBe(server.tenant.network.secretOf(key!))
  })

  it('ends the key when the service asks for it, by whole days', async () => {
    const { server, account, work } = await site()
    const until = new Date(Date.now() + 10.5 * 86_400_000)
    expect((await resultOf(server, { ...work, until })).result?.kind).toBe('success')
    const ends = Date.parse(account.keys[0]?.expiresAt ?? '')
    expect([ends <= until.getTime(), ends > until.getTime() - 86_400_000]).toEqual([true, true])
  })

  it.each([
    ['nobody to encrypt for', { encryption: [] }, 2],
    ['a key that is none', { encryption: [{ provider: 'baton/jwk/v1', jwk: '{}' }] }, 3],
    ['another credential', { option: 'keypair' }, 3],
    ['scopes', { scopes: ['read'] }, 3],
    ['an end within the day', { until: new Date(Date.now() + 3_600_000) }, 3],
    ['a type without credentials', { identity: { type: 'user', id: 'VXNlcjox' } }, 12],
    ['an account that is not there', { identity: { type: 'service-account', id: btoa('ServiceAccount:999999') } }, 5],
  ] as const)('with %s is refused for good, and nothing is sent', async (_, part, code) => {
    const { server, work } = await site()
    const { result } = await resultOf(server, { ...work, ...part })
    expect([result, writes(server)]).toMatchObject([{ kind: 'failure', code, retryable: false }, []])
  })

  it('whose answer was lost says so, and is not handed out again', async () => {
    const { server, account, work } = await site({
      faults: [{ operation: 'ServiceAccountKeyCreate', kind: 'lost-answer' }],
    })
    const { result } = await resultOf(server, work)
    expect([result, account.keys.length]).toMatchObject([{ kind: 'failure', code: 10, retryable: false }, 1])
  })

  it('is undone by deleting the key, which is revoked before', async () => {
    const { server, account, work } = await site()
    await resultOf(server, work)
    const id = { type: 'service-account-key', id: account.keys[0]?.id ?? '' }
    expect((await resultOf(server, { kind: 'delete-resource', id })).result?.kind).toBe('success')
    expect([account.keys, writes(server)]).toEqual([
      [],
      ['ServiceAccountKeyCreate', 'ServiceAccountKeyRevoke', 'ServiceAccountKeyDelete'],
    ])
    expect((await resultOf(server, { kind: 'delete-resource', id })).result?.kind).toBe('success')
  })
})
