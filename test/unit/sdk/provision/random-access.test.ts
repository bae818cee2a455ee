import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keyActions, REVOKE_KEY } from '../../../../src/resources/key-actions.ts'
import { createKey } from '../../../../src/resources/key-create.ts'
import { keyRotator } from '../../../../src/resources/key-rotator.ts'
import type { HolderChange, IssuedCredential } from '../../../../src/sdk/contract/provisioner.ts'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import { findAction } from '../../../../src/sdk/provision/require-part.ts'
import { call, clientOf, noTime } from '../../../tenant/tenant-client.ts'
import { provisionTenant } from '../../../tenant/provision-tenant.ts'
import { startTenant, type TenantOptions } from '../../../tenant/start-tenant.ts'
import { Tenant } from '../../../tenant/tenant.ts'
import type { TenantAccess } from '../../../tenant/tenant-network.ts'

const DAY_MS = 86_400_000
const RESOURCES = ['Wiki', 'Database'] as const
const HOLDERS = ['Red', 'Blue', 'Pipeline'] as const

interface EdgeStep {
  readonly kind: 'grant' | 'revoke' | 'ends'
  readonly resource: (typeof RESOURCES)[number]
  readonly holder: (typeof HOLDERS)[number]
  /** Days from now until the access ends; 0 asks for no end. */
  readonly days: number
}

type Step = EdgeStep | { readonly kind: 'new key' | 'revoke key' | 'rotate key'; readonly number: number }

const edge = {
  resource: fc.constantFrom(...RESOURCES),
  holder: fc.constantFrom(...HOLDERS),
  days: fc.constantFrom(0, 1, 30),
}
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('grant', 'revoke', 'ends'), ...edge }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('new key', 'revoke key', 'rotate key'),
        number: fc.nat({ max: 2 }),
      }),
    },
  ),
  { minLength: 1, maxLength: 12 },
)

async function site(options: Omit<TenantOptions, 'tenant'>) {
  const tenant = new Tenant()
  const { network } = tenant
  const cloud = network.addRemoteNetwork()
  const resources = new Map(RESOURCES.map((name) => [name, network.addResource(cloud, { name })] as const))
  const pipeline = network.addServiceAccount({ name: 'Pipeline' })
  const holders = new Map<string, TenantAccess['node']>([
    ['Red', tenant.addGroup({ name: 'Red' })],
    ['Blue', tenant.addGroup({ name: 'Blue' })],
    ['Pipeline', pipeline],
  ])
  const server = await startTenant({ tenant, ...options })
  const changeOf = (step: EdgeStep, start: number): HolderChange => ({
    kind: step.kind === 'grant' ? 'grant' : 'revoke',
    resource: { type: 'network-resource', id: resources.get(step.resource)?.id ?? '' },
    slug: 'access',
    principal: {
      type: step.holder === 'Pipeline' ? 'service-account' : 'group',
      id: holders.get(step.holder)?.id ?? '',
    },
    ...(step.kind === 'grant' && step.days > 0 && { terms: { until: new Date(start + step.days * DAY_MS) } }),
  })
  /** Who reaches what, and when that ends; 0 for never. */
  const edges = () =>
    new Map(
      [...resources].flatMap(([resource, { access }]) =>
        access.map(
          ({ node, expiresAt }) => [`${resource} ${node.name}`, expiresAt ? Date.parse(expiresAt) : 0] as const,
        ),
      ),
    )
  return { tenant, server, pipeline, resources, holders, changeOf, edges }
}

async function compare(plan: readonly Step[], options: Omit<TenantOptions, 'tenant'> = {}): Promise<void> {
  const { server, pipeline, resources, holders, changeOf, edges } = await site(options)
  const start = Math.floor(Date.now() / 1000) * 1000
  const model = new Map<string, number>()
  const statuses: string[] = []
  const client = clientOf(server)
  const quick = { attempts: 12, attemptsIfMalformed: 12, firstWaitMs: 1, mostWaitMs: 5 }

  const newKey = async (): Promise<void> => {
    const wanted = { account: pipeline.id, name: `K${statuses.length}`, days: 30 }
    const made = await createKey(client, wanted, { sleep: noTime, retry: quick }, call).catch((error: unknown) =>
      ConnectorError.from(error, 'test'),
    )
    // A key is made once or not at all, and whoever asked is told which.
    const isThere = ConnectorError.is(made) ? made.detail.includes('was created') : true
    if (ConnectorError.is(made)) expect([made.code, Boolean(options.every)]).toEqual(['aborted', true])
    if (isThere) statuses.push('ACTIVE')
  }
  const revokeKey = async (number: number): Promise<void> => {
    const key = pipeline.keys[number]
    if (!key) return
    const revoke = findAction(keyActions(client), REVOKE_KEY)
    await expect(revoke.invoke({ service_account_key_id: key.id }, call)).resolves.toMatchObject({ success: true })
    statuses[number] = 'REVOKED'
  }
  /** The new key's secret is handed over and the old key ended, or everybody who signs in still can. */
  const rotateKey = async (number: number): Promise<void> => {
    const key = pipeline.keys[number]
    if (!key) return
    const [worked, before] = [statuses[number] === 'ACTIVE', pipeline.keys.length]
    const handed: string[] = []
    const handOver = async ({ secret }: IssuedCredential): Promise<void> => void handed.push(secret.reveal())
    const id = { type: 'service-account-key', id: key.id }
    const failure = await keyRotator(client, { sleep: noTime, retry: quick })
      .rotate(id, handOver, call)
      .then(
        () => undefined,
        (error: unknown) => ConnectorError.from(error, 'test'),
      )
    const made = pipeline.keys.slice(before)
    if (failure === undefined) {
      statuses[number] = 'REVOKED'
      statuses.push('ACTIVE')
      expect(handed).toEqual(made.map((one) => server.tenant.network.secretOf(one)))
    } else if (made.length === 0) expect(worked && !options.every).toBe(false)
    else {
      // The answer with the secret was lost: the key is named, and the old one works as before.
      expect([failure.code, Boolean(options.every), failure.detail]).toEqual([
        'aborted',
        true,
        expect.stringContaining(made[0]?.id ?? ''),
      ])
      statuses.push('ACTIVE')
    }
  }
  const changeEdge = async (step: EdgeStep): Promise<void> => {
    const [key, resource, holder] = [
      `${step.resource} ${step.holder}`,
      resources.get(step.resource),
      holders.get(step.holder),
    ]
    if (!resource || !holder) throw new Error('no such thing')
    if (step.kind === 'ends') server.tenant.network.deny(resource, holder)
    else expect((await provisionTenant(server, [changeOf(step, start)], { attempts: 12 })).error).toBeUndefined()
    if (step.kind !== 'grant') model.delete(key)
    else if (step.days > 0 || !model.has(key)) model.set(key, step.days > 0 ? start + step.days * DAY_MS : 0)
  }
  try {
    for (const step of plan) {
      if ('number' in step)
        await { 'new key': newKey, 'revoke key': revokeKey, 'rotate key': rotateKey }[step.kind](step.number)
      else await changeEdge(step)
      expect([step, edges()]).toEqual([step, model])
      expect([step, pipeline.keys.map(({ status }) => status)]).toEqual([step, statuses])
    }
  } finally {
    await server.close()
  }
}

it('any sequence of grants with ends, of access that ends, and of keys leaves the network as a simple model says', async () => {
  const property = fc.asyncProperty(steps, (plan) => compare(plan))
  await expect(fc.assert(property, { numRuns: 40 })).resolves.toBeUndefined()
}, 300_000)

it('the same holds where every fifth request fails or loses its answer', async () => {
  const every = { nth: 5, kinds: ['lost-answer', '503', 'reset', 'errors-200', 'truncated-json'] } as const
  const property = fc.asyncProperty(steps, (plan) => compare(plan, { every }))
  await expect(fc.assert(property, { numRuns: 30 })).resolves.toBeUndefined()
}, 300_000)

it('two runs at once keep the edges of each other', async () => {
  const some = fc.uniqueArray(fc.constantFrom(...HOLDERS), { minLength: 1 })
  const property = fc.asyncProperty(some, some, async (first, second) => {
    const { server, changeOf, edges } = await site({})
    try {
      const runOf = (holders: typeof first) =>
        provisionTenant(
          server,
          holders.map((holder) => changeOf({ kind: 'grant', resource: 'Wiki', holder, days: 0 }, 0)),
        )
      const ended = await Promise.all([runOf(first), runOf(second)])
      expect(ended.map(({ error }) => error)).toEqual([undefined, undefined])
      expect(new Set(edges().keys())).toEqual(new Set([...first, ...second].map((holder) => `Wiki ${holder}`)))
    } finally {
      await server.close()
    }
  })
  await expect(fc.assert(property, { numRuns: 15 })).resolves.toBeUndefined()
}, 300_000)
