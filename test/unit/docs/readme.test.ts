import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { twingateGrammar } from '../../support/twingate-grammar.ts'
import { sdkFlagNote } from '../../../src/sdk/settings/strange-names.ts'
import { KNOWN_ROLES, roleRows } from '../../../src/resources/roles.ts'
import { connectorFromNode } from '../../../src/resources/connector.ts'
import { networkResourceFromNode } from '../../../src/resources/network-resource-node.ts'
import { gatewayFromNode } from '../../../src/resources/gateway.ts'
import { remoteNetworkFromNode } from '../../../src/resources/remote-network.ts'
import { securityPolicyFromNode } from '../../../src/resources/security-policy.ts'
import { deviceFromNode } from '../../../src/resources/device.ts'
import { keyFromNode } from '../../../src/resources/service-account-key-node.ts'
import { serviceAccountFromNode } from '../../../src/resources/service-account.ts'
import { userFromNode } from '../../../src/resources/user-node.ts'
import { groupFromNode } from '../../../src/resources/group-node.ts'
import { envNameOf, mayComeFrom } from '../../../src/sdk/settings/field.ts'
import { READER_COMMANDS } from '../../../src/readers/commands/index.ts'
import { explorerCommand } from '../../../src/explorer/server/command.ts'
import { SCIM_COMMANDS } from '../../../src/scim/commands/index.ts'
import { CHANGE_COMMANDS } from '../../../src/commands/index.ts'
import type { ChangeOutcome } from '../../../src/sdk/provision/report.ts'
import { blocksIn, chapterOf, codeIn, rowsOf } from '../../support/markdown.ts'
import { TYPE_IDS } from '../../../src/twingate/type-ids.ts'
import { groupNode, networkResourceNode, userNode } from '../../support/nodes.ts'

const laptop = {
  ...{ id: 'D1', name: 'laptop', user: { id: 'U1' }, activeState: 'ACTIVE', isTrusted: true, deviceType: 'LAPTOP' },
  ...{ osName: 'LINUX', osVersion: '6', serialNumber: 'C02', hostname: 'laptop', clientVersion: '1' },
  lastSuccessfulLoginAt: '2026-01-01T00:00:00Z',
}
const times = { createdAt: '2024-01-01T00:00:00+00:00', updatedAt: '2024-01-02T00:00:00+00:00' }
const network = { id: 'N1', name: 'Cloud', networkType: 'REGULAR', location: 'AWS', isActive: true }
const twingateConnector = {
  ...{ id: 'C1', name: 'otter', state: 'ALIVE', version: '1', hostname: 'h', publicIP: '203.0.113.7' },
  ...{ lastHeartbeatAt: times.createdAt, remoteNetwork: { id: 'N1' } },
}
const oneKey = { id: 'K1', name: 'k', status: 'REVOKED', expiresAt: times.createdAt, revokedAt: times.createdAt }

const root = join(import.meta.dirname, '../../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const found = (text: string, pattern: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? '')),
]

const readme = read('README.md')
/** The README and the pages that people reach from it. */
const PAGES = [
  'README',
  ...['sync', 'access', 'change-access', 'settings', 'run', 'troubleshooting', 'coming-from-go'].map(
    (page) => `docs/${page}`,
  ),
]
const guide = PAGES.map((page) => read(`${page}.md`)).join('\n')
const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: root })]
const { fields, commands } = twingateGrammar('0.0.0')
/** As keys, so that the compiler tells when one is missing. */
const CHANGE_OUTCOMES = Object.keys({
  granted: true,
  'already-granted': true,
  revoked: true,
  'already-revoked': true,
  planned: true,
  refused: true,
  'not-attempted': true,
  failed: true,
} satisfies Record<ChangeOutcome, true>)

describe('documents', () => {
  it.each(documents)('%s names only npm scripts that exist', (path) => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> }
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...found(read(path), /npm run ([a-z][\w:-]*)/g)]))
  })

  it.each(documents)('%s links only to files that exist', (path) => {
    const links = found(read(path), /\]\((?!https?:)([^)#]+)[^)]*\)/g)
    expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([])
  })
})

describe('README.md and its pages', () => {
  const notYet = chapterOf(read('docs/coming-from-go.md'), 'What it does not do yet')
  const refused = found(notYet, /`--([a-z][a-z0-9-]*)`/g)

  it('is read in five minutes: 150 lines at most', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(150)
  })

  it('names only flags that exist, apart from those it says are refused', () => {
    // Of npm, of the official command, of the test tenant, and the command line's own.
    const others = ['omit', 'out', 'examples', 'port', 'version']
    const flags = [
      ...fields,
      ...[...READER_COMMANDS, explorerCommand, ...SCIM_COMMANDS].flatMap((command) => command.fields),
    ]
      .filter((field) => mayComeFrom(field, 'flag'))
      .map((field) => field.name)
    const own = commands.flatMap((command) => (command.flags ?? []).map((field) => field.name))
    const named = found(guide, /(?<![\w-])--([a-z][a-z0-9-]*)/g)
    expect(named.filter((name) => ![...flags, ...own, ...others, ...refused].includes(name))).toEqual([])
  })

  it('says of flags that they are refused only where they are', () => {
    expect(refused.length).toBeGreaterThan(8)
    expect(refused.filter((name) => sdkFlagNote(name) === undefined)).toEqual([])
  })

  it('names only variables that exist', () => {
    const known = fields.flatMap((field) => [envNameOf(field), field.fallbackEnv ?? ''])
    expect(found(guide, /\b(BATON_[A-Z0-9_]*[A-Z0-9])\b/g).filter((name) => !known.includes(name))).toEqual([])
  })

  it('names every subcommand', () => {
    for (const { name } of commands) expect(guide).toMatch(new RegExp(`\`${name}[\` ]`))
  })

  it('names every flag of its own that a subcommand has', () => {
    const own = commands.flatMap((command) => (command.flags ?? []).map((field) => `--${field.name}`))
    expect(own.length).toBeGreaterThan(3)
    expect(own.filter((flag) => !guide.includes(flag))).toEqual([])
  })

  it('shows every subcommand and every flag of Go connectors that makes a change in an example', () => {
    const examples = blocksIn(read('docs/change-access.md')).map(({ text }) => text)
    const wanted = [
      ...CHANGE_COMMANDS.map(({ name }) => `npx baton-twingate ${name} `),
      ...['grant-entitlement', 'revoke-grant', 'create-account-email', 'create-resource', 'delete-resource'].map(
        (name) => `npx baton-twingate --${name} `,
      ),
    ]
    expect(wanted.filter((words) => !examples.some((text) => text.includes(words)))).toEqual([])
  })

  it('says of outcomes only words that the program prints, and all that a change of holders may have', () => {
    const outcomes = rowsOf(guide, 'Outcome').flatMap((row) => codeIn(row['Outcome'] ?? ''))
    const sources = globSync('src/**/*.ts', { cwd: root }).map(read).join('\n')
    expect(outcomes.length).toBeGreaterThan(15)
    expect(outcomes.filter((word) => !sources.includes(`'${word}'`))).toEqual([])
    expect(CHANGE_OUTCOMES.filter((word) => !outcomes.includes(word))).toEqual([])
  })

  it('lists the profile keys that the converters write', () => {
    const rows = [guide, read('docs/access.md')].flatMap((page) => rowsOf(page, 'Profile keys'))
    const keys: Record<string, string[]> = {}
    for (const row of rows) (keys[row['Type'] ?? ''] ??= []).push(...codeIn(row['Profile keys'] ?? ''))
    expect(Object.keys(keys).toSorted()).toEqual(
      Object.values(TYPE_IDS)
        .map((id) => `\`${id}\``)
        .toSorted(),
    )
    expect(keys).toEqual({
      '`user`': Object.keys(userFromNode(userNode()).profile),
      '`group`': Object.keys(groupFromNode(groupNode()).profile),
      '`role`': Object.keys(roleRows('ADMIN').resource.profile),
      '`network-resource`': Object.keys(
        networkResourceFromNode(networkResourceNode({ routingMode: 'BYPASS_TWINGATE' })).profile,
      ).filter((key) => !key.startsWith('tag:')),
      '`remote-network`': Object.keys(remoteNetworkFromNode({ ...network, ...times }).profile),
      '`connector`': Object.keys(connectorFromNode({ ...twingateConnector, ...times }).profile),
      '`gateway`': Object.keys(
        gatewayFromNode({
          id: 'G1',
          address: 'a',
          remoteNetwork: { id: 'N1' },
          x509CA: { id: 'C1' },
          sshCA: { id: 'C2' },
        }).profile,
      ),
      '`service-account`': Object.keys(
        serviceAccountFromNode({ id: 'S1', name: 'Pipeline', keys: { totalCount: 1 }, ...times }).profile,
      ),
      '`service-account-key`': Object.keys(keyFromNode({ ...oneKey, ...times }, 'S1').profile),
      '`security-policy`': Object.keys(
        securityPolicyFromNode({ id: 'P1', name: 'Default', policyType: 'RESOURCE', ...times }).profile,
      ),
      '`device`': Object.keys(deviceFromNode(laptop).profile),
    })
  })

  it('lists the ids of the documented roles', () => {
    const role = rowsOf(guide, 'Profile keys').find((row) => row['Type'] === '`role`')
    expect([...codeIn(role?.['Id'] ?? '')].sort()).toEqual(
      KNOWN_ROLES.map((name) => roleRows(name).resource.id.id).sort(),
    )
  })

  it('gives the status that the converters give', () => {
    const statuses = rowsOf(guide, 'Status in the snapshot').map((row) => row['Status in the snapshot'])
    const said = (status: { readonly state: string; readonly details?: string } | undefined) =>
      status?.details === undefined ? status?.state : `${status.state}, with the detail "${status.details}"`
    expect(statuses).toEqual([
      said(userFromNode(userNode({ state: 'ACTIVE' })).status),
      said(userFromNode(userNode({ state: 'PENDING' })).status),
      said(userFromNode(userNode({ state: 'DISABLED' })).status),
      'enabled, with the state as detail',
      said(groupFromNode(groupNode({ isActive: true })).status),
      said(groupFromNode(groupNode({ isActive: false })).status),
    ])
  })

  it('quotes in its troubleshooting only words that the program prints', () => {
    const sources = globSync('src/**/*.ts', { cwd: root }).map(read).join('\n')
    const quoted = rowsOf(guide, 'What you see').flatMap((row) => codeIn(row['What you see'] ?? ''))
    expect(quoted.length).toBeGreaterThan(15)
    const parts = quoted.flatMap((text) => text.split('…')).map((part) => part.trim())
    expect(parts.filter((part) => part.length > 1 && !sources.includes(part))).toEqual([])
  })
})
