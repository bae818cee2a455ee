import { generateKeyPairSync } from 'node:crypto'
import { compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { TaskResult, TaskWork } from '../../../../../src/sdk/service/baton-service.ts'
import { connectorFor, hurriedTime, startDaemon } from '../../../../support/run-daemon-with.ts'
import { tenantOf, writes } from '../../../../tenant/tenant-of.ts'
import type { RunningTenant, TenantOptions } from '../../../../tenant/start-tenant.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = JSON.stringify(publicKey.export({ format: 'jwk' }))

type Rotate = Extract<TaskWork, { kind: 'rotate-credential' }>

/** A service account with one key that lasts 90 days. */
async function site(options: TenantOptions = {}) {
  const server = await tenantOf(options)
  const { network } = server.tenant
  const account = network.addServiceAccount({ name: 'Night' })
  const times = { createdAt: '2026-01-01T00:00:00Z', expiresAt: '2026-04-01T00:00:00Z' }
  const old = network.addKey(account, { name: 'CI', ...times })
  const work: Rotate = {
    kind: 'rotate-credential',
    id: { type: 'service-account-key', id: old.id },
    credentials: undefined,
    encryption: [{ provider: 'baton/jwk/v1', jwk }],
  }
  const stateOf = () => account.keys.map(({ name, status }) => `${name} ${status}`)
  return { server, account, old, work, stateOf }
}

async function resultOf(server: RunningTenant, work: TaskWork): Promise<TaskResult | undefined> {
  const daemon = startDaemon({ connector: connectorFor(server, hurriedTime) })
  const id = daemon.peer.add(work)
  await daemon.peer.allFinished()
  await daemon.stop()
  expect(daemon.peer.violations).toEqual([])
  return daemon.peer.results(id)[0]
}

const Answer = z.object({
  response: z.object({ value: z.object({ encrypted_data: z.array(z.object({ encrypted_bytes: z.string() })) }) }),
})

describe('a task that rotates a credential', () => {
  it('gives the secret of a new key of the same name and span, and ends the old one', async () => {
    const { server, account, old, work, stateOf } = await site()
    const result = await resultOf(server, work)
    expect(stateOf()).toEqual(['CI REVOKED', 'CI ACTIVE'])
    const made = account.keys[1]!
    expect(result).toMatchObject({
      response: {
        type: 'c1.connector.v2.RotateCredentialResponse',
        value: {
          resource_id: { resource_type: 'service-account-key', resource: old.id },
          annotations: [{ type: 'c1.connector.v2.Resource', value: { id: { resource: made.id } } }],
        },
      },
    })
    expect(Math.round((Date.parse(made.expiresAt!) - Date.parse(made.createdAt)) / 86_400_000)).toBe(90)
    expect(JSON.stringify(result)).not.toContain('SECRET-')
    const answer: unknown = JSON.parse(JSON.stringify(result))
    const encrypted = Answer.parse(answer).response.value.encrypted_data[0]?.encrypted_bytes ?? ''
    const text = Buffer.from(Buffer.from(encrypted, 'base64').toString(), 'base64').toString()
    const { plaintext } = await compactDecrypt(text, privateKey)
    expect(new TextDecoder().decode(plaintext)).toBe(server.tenant.network.secretOf(made))
    expect(writes(server)).toEqual(['ServiceAccountKeyCreate', 'ServiceAccountKeyRevoke'])
  })

  it.each([
    ['nobody to encrypt for', { encryption: [] }, 3],
    ['a key that is none', { encryption: [{ provider: 'baton/jwk/v1', jwk: '{}' }] }, 3],
    ['a password of its choice', { credentials: 'random-password' }, 3],
    ['a type without credentials', { id: { type: 'user', id: 'VXNlcjox' } }, 12],
    ['a key that is not there', { id: { type: 'service-account-key', id: btoa('ServiceAccountKey:999999') } }, 5],
    ['no key', { id: undefined }, 2],
  ] as const)('with %s is refused for good, and nothing is sent', async (_, part, code) => {
    const { server, work } = await site()
    const result = await resultOf(server, { ...work, ...part })
    expect([result, writes(server)]).toMatchObject([{ kind: 'failure', code, retryable: false }, []])
  })

  it('that comes again finds the old key ended, and changes nothing', async () => {
    const { server, work, stateOf } = await site()
    await resultOf(server, work)
    expect(await resultOf(server, work)).toMatchObject({ kind: 'failure', code: 9, retryable: false })
    expect(stateOf()).toEqual(['CI REVOKED', 'CI ACTIVE'])
  })

  it('is refused where an earlier rotation was stopped, and names the newer key', async () => {
    const { server, account, work, stateOf } = await site()
    const newer = server.tenant.network.addKey(account, { name: 'CI', createdAt: '2026-02-01T00:00:00Z' })
    const message = expect.stringContaining(newer.id) as string
    expect(await resultOf(server, work)).toMatchObject({ kind: 'failure', code: 10, message, retryable: false })
    expect([stateOf(), writes(server)]).toEqual([['CI ACTIVE', 'CI ACTIVE'], []])
  })

  it('whose secret was lost with the answer leaves the old key as it was, and names the new one', async () => {
    const { server, account, work } = await site({
      faults: [{ operation: 'ServiceAccountKeyCreate', kind: 'lost-answer' }],
    })
    const result = await resultOf(server, work)
    const message = expect.stringContaining(account.keys[1]?.id ?? 'no key') as string
    expect([result, account.keys[0]?.status]).toMatchObject([{ kind: 'failure', code: 10, message }, 'ACTIVE'])
  })

  it('that cannot end the old key ends the new one, whose secret nobody has', async () => {
    const { server, work, stateOf } = await site({
      faults: [{ operation: 'ServiceAccountKeyRevoke', kind: 'ok-false', times: 1 }],
    })
    const message = expect.stringMatching(/was not revoked: .* was revoked again/) as string
    expect(await resultOf(server, work)).toMatchObject({ kind: 'failure', code: 10, message, retryable: false })
    expect(stateOf()).toEqual(['CI ACTIVE', 'CI REVOKED'])
  })

  it('whose revocation was made and whose answer was lost is a success', async () => {
    const { server, work, stateOf } = await site({
      faults: [{ operation: 'ServiceAccountKeyRevoke', kind: 'lost-answer', times: 1 }],
    })
    expect(await resultOf(server, work)).toMatchObject({ kind: 'success' })
    expect(stateOf()).toEqual(['CI REVOKED', 'CI ACTIVE'])
  })
})
