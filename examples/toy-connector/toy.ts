import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import {
  type Connector,
  ConnectorError,
  formatEntitlementId,
  type Provisioner,
  type ResourceSyncer,
} from 'baton-connector-sdk'
import { prepareProcess, type Product, runConnector } from 'baton-connector-sdk/run'

/** The source of this connector: people and teams in one JSON file. */
interface Directory {
  people: { id: string; name: string; email: string; active: boolean }[]
  teams: { id: string; name: string; members: string[] }[]
}

const NAME = { program: 'baton-toy', source: 'Toy' }

export function open(path: string): Connector {
  const read = (): Directory => {
    if (!existsSync(path)) throw new ConnectorError('not-found', 'read the directory', `there is no file ${path}`)
    const found = JSON.parse(readFileSync(path, 'utf8')) as Partial<Directory> | null
    if (found?.people && found.teams) return { people: found.people, teams: found.teams }
    throw new ConnectorError('invalid-argument', 'read the directory', `${path} needs people and teams`)
  }
  const write = (directory: Directory): void => writeFileSync(path, `${JSON.stringify(directory, null, 2)}\n`)

  const people: ResourceSyncer = {
    type: { id: 'user', displayName: 'Person', description: '', traits: ['user'], skipEntitlementsAndGrants: true },
    async list() {
      const all = read().people
      const resources = all.map(({ id, name, email, active }) => ({
        id: { type: 'user', id },
        displayName: name,
        profile: { email },
        status: { state: active ? ('enabled' as const) : ('disabled' as const) },
        facts: { kind: 'user' as const, login: email, emails: [email], accountType: 'human' as const },
      }))
      return { resources, entitlements: [], grants: [], total: all.length }
    },
  }

  const teams: ResourceSyncer & Provisioner = {
    type: { id: 'team', displayName: 'Team', description: '', traits: ['group'], skipEntitlementsAndGrants: false },
    async list() {
      const all = read().teams.map((team) => ({ ...team, resource: { type: 'team', id: team.id } }))
      return {
        resources: all.map(({ resource, name }) => ({
          ...{ id: resource, displayName: name, profile: {}, facts: { kind: 'group' as const } },
        })),
        entitlements: all.map(({ resource, name }) => ({
          id: formatEntitlementId(resource, 'member'),
          ...{ resource, resourceName: name, slug: 'member', displayName: `${name} member` },
          description: `Member of the team ${name}`,
          purpose: 'assignment' as const,
          grantableTo: ['user'],
        })),
        grants: all.flatMap(({ resource, members }) =>
          members.map((id) => ({
            entitlementId: formatEntitlementId(resource, 'member'),
            ...{ resource, principal: { type: 'user', id } },
          })),
        ),
        total: all.length,
      }
    },
    mostPerWrite: 100,
    async plan(changes) {
      const { teams: all, people: everybody } = read()
      return changes.map((change) => {
        const team = all.find(({ id }) => id === change.resource.id)
        const known = everybody.some(({ id }) => id === change.principal.id)
        if (!team || !known) {
          const error = new ConnectorError('not-found', 'plan', `no such ${team ? 'person' : 'team'}`)
          return { change, verdict: 'refused' as const, error }
        }
        const isGrant = change.kind === 'grant'
        const [before = '', after = ''] = isGrant ? ['not a member', 'member'] : ['member', 'not a member']
        return team.members.includes(change.principal.id) === isGrant
          ? { change, verdict: 'settled' as const, state: after }
          : { change, verdict: 'needed' as const, before, after }
      })
    },
    async apply(changes) {
      const directory = read()
      for (const { kind, resource, principal } of changes) {
        const team = directory.teams.find(({ id }) => id === resource.id)
        if (!team) throw new ConnectorError('not-found', 'change a team', `there is no team ${resource.id}`)
        team.members = team.members.filter((id) => id !== principal.id)
        if (kind === 'grant') team.members.push(principal.id)
      }
      write(directory)
    },
  }

  const personIn = (directory: Directory, { person }: Readonly<Record<string, unknown>>) => {
    const found = directory.people.find(({ id }) => id === person)
    if (!found) throw new ConnectorError('not-found', 'deactivate_person', `there is no person ${String(person)}`)
    return found
  }
  return {
    name: NAME.program,
    source: path,
    metadata: { displayName: 'Toy', description: 'People and teams of a JSON file', helpUrl: '' },
    syncers: [people, teams],
    actions: [
      {
        name: 'deactivate_person',
        displayName: 'Deactivate a person',
        description: 'Keeps a person out without deleting the account',
        types: ['ACTION_TYPE_ACCOUNT_DISABLE'],
        fields: [{ name: 'person', displayName: 'Person', description: 'Id of the person', required: true }],
        async plan(args) {
          const { id, active } = personIn(read(), args)
          const change = { type: 'user', id }
          return active
            ? { change, verdict: 'needed' as const, before: 'active', after: 'inactive' }
            : { change, verdict: 'settled' as const, state: 'inactive' }
        },
        async invoke(args) {
          const directory = read()
          personIn(directory, args).active = false
          write(directory)
          return { deactivated: true }
        },
      },
    ],
    validate: async () => void read(),
  }
}

const product: Product = {
  ...NAME,
  description: 'Writes the people and teams of a JSON file to a c1z snapshot.',
  examples: 'Examples:\n  baton-toy --data directory.json',
  fields: [
    { name: 'data', kind: 'string', displayName: 'Data', description: 'JSON file', path: 'file', required: true },
  ],
  connection: ['data'],
  describe: async () => open(''),
  async open(config) {
    const path = String((config as unknown as Readonly<Record<string, unknown>>)['data'])
    const traffic = () => ({ requests: 0, refusals: 0, authFailures: 0, waitedMs: 0, readsLeft: 0 })
    return { connector: open(path), traffic, place: { network: 'toy', url: `file:///${path}` } }
  },
}

prepareProcess(NAME)
if (import.meta.main) await runConnector(product, '0.1.0')
