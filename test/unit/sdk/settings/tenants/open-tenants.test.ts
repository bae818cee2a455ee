import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { TWINGATE_FIELDS } from '../../../../../src/connector/config.ts'
import { Secret } from '../../../../../src/sdk/ground/secret.ts'
import { filesUntil } from '../../../../../src/sdk/settings/files.ts'
import { createRedactor } from '../../../../../src/sdk/settings/redactor.ts'
import { openTenants } from '../../../../../src/sdk/settings/tenants/open-tenants.ts'
import type { Shard } from '../../../../../src/sdk/settings/tenants/shard.ts'
import { temporaryFolder } from '../../../../tenant/sync-tenant.ts'

const KEY = 'aB3dEf6hIj9kLmN0pQrS'

interface Plan {
  readonly tenants: readonly object[]
  readonly env?: Readonly<Record<string, string>>
  readonly shard?: Shard
}

/** A folder `fleet` with a file of these tenants and a key of acme. */
function prepared({ tenants, env = {}, shard }: Plan) {
  const folder = temporaryFolder(onTestFinished)
  mkdirSync(join(folder, 'fleet'))
  writeFileSync(join(folder, 'fleet/acme.key'), `${KEY}\n`)
  writeFileSync(join(folder, 'fleet/tenants.yaml'), JSON.stringify({ tenants }))
  const redactor = createRedactor()
  const open = () =>
    openTenants({
      path: 'fleet/tenants.yaml',
      settings: { network: 'domain', key: 'api-key', url: 'base-url' },
      fields: TWINGATE_FIELDS,
      ...{ env, cwd: folder, files: filesUntil(new AbortController().signal), redactor },
      ...(shard && { shard }),
    })
  return { folder, redactor, open }
}

const acme = { name: 'acme', network: 'acme', key_file: 'acme.key', file: 'acme.c1z' }
const globex = { name: 'globex', network: 'globex', key_env: 'GLOBEX_KEY', file: 'globex.c1z' }

describe('the tenants of a file', () => {
  it('have paths relative to the file, keys of their own, and keys that no output shows', async () => {
    const { folder, redactor, open } = prepared({ tenants: [acme, globex], env: { GLOBEX_KEY: `other-${KEY}` } })
    const [first, second, ...more] = await open()
    expect(more).toEqual([])
    expect(first).toMatchObject({
      name: 'acme',
      settings: { domain: 'acme', 'api-key': expect.any(Secret) as Secret, file: join(folder, 'fleet/acme.c1z') },
    })
    const keys = [first, second].map((tenant) => tenant?.settings['api-key'])
    expect(keys.map((key) => key instanceof Secret && key.reveal())).toEqual([KEY, `other-${KEY}`])
    expect(redactor.redact(`${KEY} other-${KEY}`)).toBe('[secret] [secret]')
  })

  it('have a key that is read again from its file, and hidden again', async () => {
    const { folder, redactor, open } = prepared({ tenants: [acme, globex], env: { GLOBEX_KEY: 'some-key-1234' } })
    const [first, second] = await open()
    writeFileSync(join(folder, 'fleet/acme.key'), 'exchanged-2f8b61')
    expect((await first?.reread())?.reveal()).toBe('exchanged-2f8b61')
    expect(redactor.redact('exchanged-2f8b61')).toBe('[secret]')
    expect(await second?.reread()).toBeUndefined()
  })

  it('need the keys of their own shard alone', async () => {
    const { open } = prepared({ tenants: [acme, globex], shard: { index: 0, count: 2 } })
    expect((await open()).map(({ name }) => name)).toEqual(['acme'])
  })

  it.each([
    ['an unset variable', [globex], /line 1: tenant globex: the variable GLOBEX_KEY is not set$/],
    ['an empty key file', [{ ...acme, key_file: './empty' }], /tenant acme: the file \.\/empty does not exist$/],
    ['a network that is none', [{ ...acme, network: 'no network' }], /tenant acme: network /],
    ['an address that is none', [{ ...acme, base_url: 'http://far.example' }], /tenant acme: base_url /],
    [
      'two with one file',
      [acme, { ...acme, name: 'b', file: '../fleet/./acme.c1z' }],
      /tenant b: its file \.\.\/fleet\/\.\/acme\.c1z is that of tenant acme$/,
    ],
    [
      'a word in place of a variable',
      [{ ...globex, key_env: 'tgkSECRET' }],
      /the variable that key_env names .* is not set$/,
    ],
    ['a key in place of a variable', [{ ...globex, key_env: KEY }], /the variable that key_env names .* is not set$/],
  ])('are refused for %s', async (_, tenants, words) => {
    await expect(prepared({ tenants }).open()).rejects.toThrow(words)
    await expect(prepared({ tenants }).open()).rejects.not.toThrow(KEY)
  })

  it('are refused where two files are one by a link, also across shards', async () => {
    const { folder, open } = prepared({
      tenants: [acme, { ...acme, name: 'b', file: 'linked/acme.c1z' }],
      shard: { index: 0, count: 2 },
    })
    symlinkSync(join(folder, 'fleet'), join(folder, 'fleet/linked'))
    await expect(open()).rejects.toThrow('is that of tenant acme')
  })

  it('are refused all at once', async () => {
    const { open } = prepared({ tenants: [globex, { ...acme, key_file: './nowhere' }] })
    await expect(open()).rejects.toThrow(/2 problems\n.*tenant globex: .*\n.*tenant acme: the file .\/nowhere/)
  })
})
