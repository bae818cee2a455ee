import { parseArgs } from 'node:util'
import { PROVISION_KEY } from './api-keys.ts'
import { demoTenant } from './demo-tenant.ts'
import { exampleTenant } from './example-tenant.ts'
import { FAULT_KINDS, type FaultKind, TRANSIENT_KINDS } from './faults.ts'
import { LIMITER_MODELS } from './rate-limiter.ts'
import { SCIM_TOKEN } from './scim/endpoint.ts'
import { seedNetwork } from './seed-network.ts'
import { seedTenant } from './seed-tenant.ts'
import { startTenant, type TenantOptions } from './start-tenant.ts'
import type { Tenant } from './tenant.ts'

const usage = `npm run tenant -- [flags]
  --users N         a made-up tenant of N users; without it, the demo tenant
  --examples        the few people and the group that the examples of docs/change-access.md name
  --groups N        default 100        --memberships N  groups a user is in, default 10
  --resources N --networks N --service-accounts N --devices N   of a made-up tenant, default 0
  --groups-a-resource N  groups that reach each, default 3
  --seed N          default 1          --everyone       adds the SYSTEM group of all users
  --port N          default any        --key TEXT       default ${PROVISION_KEY}; may read and write
  --limit N         reads a window; a third as many writes
  --window-ms N     default 60000      --limiter ${LIMITER_MODELS.join('|')}
  --scim-token TEXT default ${SCIM_TOKEN}; of the SCIM side, which manages the SYNCED users and groups
  --every N         every Nth request goes wrong
  --kinds A,B       how, in turn: ${FAULT_KINDS.join(', ')}; default ${TRANSIENT_KINDS.join(',')}`

const flags = {
  users: { type: 'string' },
  groups: { type: 'string', default: '100' },
  memberships: { type: 'string', default: '10' },
  resources: { type: 'string', default: '0' },
  'groups-a-resource': { type: 'string', default: '3' },
  networks: { type: 'string', default: '0' },
  'service-accounts': { type: 'string', default: '0' },
  devices: { type: 'string', default: '0' },
  seed: { type: 'string', default: '1' },
  everyone: { type: 'boolean', default: false },
  examples: { type: 'boolean', default: false },
  port: { type: 'string', default: '0' },
  key: { type: 'string', default: PROVISION_KEY },
  limit: { type: 'string' },
  'window-ms': { type: 'string', default: '60000' },
  limiter: { type: 'string', default: 'fixed' },
  'scim-token': { type: 'string', default: SCIM_TOKEN },
  every: { type: 'string' },
  kinds: { type: 'string', default: TRANSIENT_KINDS.join(',') },
  help: { type: 'boolean', default: false },
} as const

const values = readFlags()

function readFlags() {
  try {
    return parseArgs({ options: flags }).values
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

function whole(flag: string, text: string): number {
  if (!/^\d+$/.test(text)) fail(`--${flag} wants a whole number, not '${text}'`)
  return Number(text)
}

function oneOf<T extends string>(flag: string, known: readonly T[], text: string): T {
  return known.find((value) => value === text) ?? fail(`--${flag} knows ${known.join(', ')}, not '${text}'`)
}

function fail(message: string): never {
  console.error(`${message}\n\n${usage}`)
  process.exit(2)
}

function tenantOf(users: string | undefined): Tenant {
  if (users === undefined) return values.examples ? exampleTenant() : demoTenant()
  const tenant = seedTenant({
    users: whole('users', users),
    groups: whole('groups', values.groups),
    membershipsPerUser: whole('memberships', values.memberships),
    seed: whole('seed', values.seed),
    everyone: values.everyone,
  })
  return seedNetwork(tenant, {
    resources: whole('resources', values.resources),
    groupsPerResource: whole('groups-a-resource', values['groups-a-resource']),
    remoteNetworks: whole('networks', values.networks),
    serviceAccounts: whole('service-accounts', values['service-accounts']),
    devices: whole('devices', values.devices),
  })
}

function optionsOf(): TenantOptions {
  const limit = values.limit === undefined ? undefined : whole('limit', values.limit)
  const every = values.every === undefined ? undefined : whole('every', values.every)
  const kinds = values.kinds.split(',').map((kind): FaultKind => oneOf('kinds', FAULT_KINDS, kind))
  const model = oneOf('limiter', LIMITER_MODELS, values.limiter)
  const windowMs = whole('window-ms', values['window-ms'])
  return {
    tenant: tenantOf(values.users),
    port: whole('port', values.port),
    keys: { [values.key]: 'provision' },
    scimToken: values['scim-token'],
    ...(limit === undefined ? {} : { limits: { model, reads: limit, writes: Math.ceil(limit / 3), windowMs } }),
    ...(every === undefined ? {} : { every: { nth: every, kinds } }),
  }
}

if (values.help) {
  console.log(usage)
  process.exit(0)
}

const options = optionsOf()
const running = await startTenant(options).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error
  const why = error.code === 'EACCES' ? 'may not be opened by this user' : 'is in use by another program'
  console.error(`port ${values.port} ${why}; choose another with --port, or leave it out for any that is free`)
  process.exit(2)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void running.close()
  })
}
const { users, groups } = running.tenant
console.log(`Twingate test tenant at ${running.url} with the key ${values.key}
It holds ${counted(users.length, 'user')} and ${counted(groups.length, 'group')}${namesIn(running.tenant)}. What is changed is forgotten at its end. Ctrl-C stops it.

In another terminal:
  export BATON_DOMAIN=acme BATON_BASE_URL=${running.baseUrl} BATON_API_KEY=${values.key}
  npx baton-twingate validate

To provision people into it over SCIM, in the folder of this repository:
  (umask 077; echo ${values['scim-token']} > scim-token)
  npx baton-twingate scim plan --people examples/scim/people.csv --groups examples/scim/groups.csv --members examples/scim/members.csv \\
    --target ${running.scimUrl} --token-file scim-token --state scim.db
The same with apply in place of plan does it.`)

/** Of a small tenant, so that one can try commands on it. */
function namesIn({ users: people, groups: sets }: Tenant): string {
  const names = [
    ...people.map(({ firstName, lastName, email }) => `${firstName} ${lastName} <${email ?? ''}>`),
    ...sets.map(({ name }) => name),
  ]
  return names.length > 10 ? '' : `: ${names.join(', ')}`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
