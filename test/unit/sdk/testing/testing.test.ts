import { describe, expect, it } from 'vitest'
import type { Connector } from '../../../../src/sdk/contract/connector.ts'
import type {
  HolderLister,
  ListPage,
  PageCall,
  ResourceSyncer,
  TargetedGetter,
} from '../../../../src/sdk/contract/syncer.ts'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import type { Resource } from '../../../../src/sdk/model/model.ts'
import { changeAccess, contractFaults, syncConnector } from '../../../../src/sdk/testing/index.ts'
import { createToyConnector } from '../../../support/toy-connector.ts'

const NAMES = Array.from({ length: 9 }, (_, i) => `lamp ${i}`)

const lamp = (name: string): Resource => ({ id: { type: 'lamp', id: name }, displayName: name, profile: {} })

const page = (resources: readonly Resource[]): ListPage => ({ resources, entitlements: [], grants: [] })

/** Lamps by the page, as long as nothing is spoilt. */
const lamps = (spoilt: Partial<ResourceSyncer & TargetedGetter & HolderLister> = {}): ResourceSyncer => ({
  type: { id: 'lamp', displayName: 'Lamp', description: '', traits: [], skipEntitlementsAndGrants: true },
  async list({ token, size }: PageCall) {
    const at = Number(token)
    const more = at + size < NAMES.length
    return { ...page(NAMES.slice(at, at + size).map(lamp)), ...(more && { next: String(at + size) }) }
  },
  ...spoilt,
})

const held = { entitlementId: 'lamp:lamp 0:lit', resource: { type: 'lamp', id: 'lamp 0' } }

const faultsOf = (spoilt?: Parameters<typeof lamps>[0]) => contractFaults({ syncers: [lamps(spoilt)] })

describe('the faults of a connector', () => {
  it('are none where pages of any size give the same rows', async () => {
    expect(await faultsOf()).toEqual([])
  })

  it.each<[string, Parameters<typeof lamps>[0], RegExp]>([
    [
      'loses rows between small pages',
      { list: async ({ size }) => page(NAMES.slice(0, size).map(lamp)) },
      /pages of 7 /,
    ],
    ['lists one twice', { list: async () => page([lamp('a'), lamp('a')]) }, /^lamp: a is listed twice$/],
    ['gives no name', { list: async () => page([{ ...lamp('a'), displayName: ' ' }]) }, /a has no name$/],
    ['gives no id', { list: async () => page([{ ...lamp('a'), id: { type: 'lamp', id: '' } }]) }, /named a has no id$/],
    ['never ends', { list: async () => ({ ...page([]), next: 'on' }) }, /its listing has no end/],
    ['does not find what it lists', { get: async () => undefined }, /lamp 0 is listed, and get does not find it$/],
    [
      'counts other holders than it lists',
      { holders: async () => ({ ...page([]), holders: [{ ...held, count: 2 }] }) },
      /lamp:lamp 0:lit are counted as 2, and 0 are listed$/,
    ],
  ])('are said of one that %s', async (_, spoilt, fault) => {
    expect((await faultsOf(spoilt))[0]).toMatch(fault)
  })
})

const connectorOf = (syncer: ResourceSyncer): Connector => ({ ...createToyConnector().connector, syncers: [syncer] })

describe('a sync for a test', () => {
  it('gives what readers find in the file', async () => {
    const { counts, resources, grants } = await syncConnector(connectorOf(lamps()))
    expect(counts.resources).toEqual({ lamp: NAMES.length })
    expect(resources.map(({ displayName }) => displayName).sort()).toEqual(NAMES)
    expect(grants).toEqual([])
  })

  it('fails at once, without a second attempt', async () => {
    let asked = 0
    const list = async (): Promise<ListPage> => {
      asked++
      throw new ConnectorError('unavailable', 'list', 'the source is away')
    }
    await expect(syncConnector(connectorOf(lamps({ list })))).rejects.toMatchObject({ code: 'unavailable' })
    expect(asked).toBe(1)
  })
})

describe('a change for a test', () => {
  const grant = {
    kind: 'grant',
    resource: { type: 'group', id: 'g' },
    slug: 'member',
    principal: { type: 'user', id: 'u' },
  } as const

  it('says what became of it, and of a dry run what would', async () => {
    const toy = createToyConnector()
    const outcomes = async (dryRun: boolean) =>
      (await changeAccess(toy.connector, [grant], { dryRun })).map(({ outcome }) => outcome)
    expect([await outcomes(true), await outcomes(false), await outcomes(false)]).toEqual([
      ...[['planned'], ['granted'], ['already-granted']],
    ])
    expect([...toy.members]).toEqual(['g u'])
  })

  it('gives a refusal as an outcome', async () => {
    const [report] = await changeAccess(createToyConnector().connector, [
      { ...grant, resource: { type: 'role', id: 'r' } },
    ])
    expect([report?.outcome, report?.error?.code]).toEqual(['refused', 'unimplemented'])
  })
})
