import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kind } from '../../src/scim/model.ts'
import { openSource } from '../../src/scim/sources/open-source.ts'
import { SourceOptions } from '../../src/scim/sources/options.ts'
import type { Source } from '../../src/scim/source.ts'
import { BASE, READER } from '../ldap-servers/index.ts'
import { sourceParts } from '../support/scim/source-parts.ts'

export interface LdapSettings {
  readonly attributes?: Partial<Record<Kind, readonly string[]>>
  readonly env?: NodeJS.ProcessEnv
  readonly password?: string
  readonly [setting: string]: unknown
}

/** A source for the directory at an address; its folder holds the password for as long as the test runs. */
export async function ldapSource(url: string, settings: LdapSettings = {}): Promise<Source & Disposable> {
  const { attributes = {}, env = {}, password = READER.password, ...options } = settings
  const folder = mkdtempSync(join(tmpdir(), 'ldap-'))
  writeFileSync(join(folder, 'password'), `${password}\n`)
  const parsed = SourceOptions.parse({
    type: 'ldap',
    url,
    bindDn: READER.dn,
    passwordFile: 'password',
    tls: 'none',
    users: { base: `ou=people,${BASE}` },
    groups: { base: `ou=groups,${BASE}` },
    ...options,
  })
  const parts = sourceParts(folder, { attributes: { user: [], group: [], ...attributes } })
  const source = await openSource(parsed, { ...parts, network: { ...parts.network, env } })
  return Object.assign(source, { [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) })
}
