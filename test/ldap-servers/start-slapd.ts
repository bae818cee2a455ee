import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/free-port.ts'
import type { SlapdPackage } from './slapd-package.ts'

export const BASE = 'dc=example,dc=com'
export const ADMIN = { dn: `cn=admin,${BASE}`, password: 'secret' } as const
/** May read everything but passwords; limits hold for it. */
export const READER = { dn: `cn=reader,${BASE}`, password: 'rpw' } as const

export interface SlapdOptions {
  /** What the directory holds, loaded as it is, with times and ids; the base and the reader are there already. @default nothing */
  readonly seed?: string
  /** The server ends connections that are idle for so long. @default never */
  readonly idleSeconds?: number
  /** Most entries that one search gives to the reader. @default without limit */
  readonly sizeLimit?: number
  /** ou=people is a database of its own, glued to the rest. @default false */
  readonly glue?: boolean
  /** Overlays: references follow renamed and deleted entries. @default false */
  readonly refint?: boolean
  /** PEM texts; given, the server speaks ldaps on a second port and StartTLS. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Nobody but the admin may read the schema. @default false */
  readonly hideSchema?: boolean
  /** Lines put before the access rules, for example to hide an attribute. */
  readonly access?: readonly string[]
}

export interface Slapd {
  readonly port: number
  readonly url: string
  /** With `tls` only. */
  readonly secureUrl: string
  /** Carries out change records as the admin; `relax` lets operational attributes be set. */
  change(ldif: string, relax?: boolean): Promise<void>
  /** Everything below a base as `ldapsearch -LLL` writes it, with operational attributes; `plain` leaves `-LLL` out. */
  dump(base: string, plain?: boolean): Promise<string>
  close(): Promise<void>
}

/** Starts slapd from its unpacked package on a free port of this machine, with a folder of its own. */
export async function startSlapd(slapd: SlapdPackage, options: SlapdOptions = {}): Promise<Slapd> {
  const folder = mkdtempSync(join(tmpdir(), 'slapd-data-'))
  for (const name of ['main', 'people']) mkdirSync(join(folder, name))
  if (options.tls) {
    writeFileSync(join(folder, 'key.pem'), options.tls.key)
    writeFileSync(join(folder, 'cert.pem'), options.tls.cert)
  }
  writeFileSync(join(folder, 'slapd.conf'), configuration(slapd.root, folder, options))
  writeFileSync(join(folder, 'seed.ldif'), `${FOUNDATION}\n${options.seed ?? ''}`)
  await tool(slapd, 'sbin/slapadd', ['-f', join(folder, 'slapd.conf'), '-l', join(folder, 'seed.ldif')])
  const [port, securePort] = [await freePort(), await freePort()]
  const addresses = [`ldap://127.0.0.1:${port}/`, ...(options.tls ? [`ldaps://127.0.0.1:${securePort}/`] : [])]
  const server = spawn(
    join(slapd.root, 'usr/sbin/slapd'),
    ['-f', join(folder, 'slapd.conf'), '-h', addresses.join(' '), '-d', '0'],
    { env: slapd.env, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const url = `ldap://127.0.0.1:${port}`
  try {
    await answering(slapd, server, url)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return {
    port,
    url,
    secureUrl: `ldaps://localhost:${securePort}`,
    async change(ldif, relax = false) {
      const file = join(folder, 'change.ldif')
      writeFileSync(file, ldif)
      const how = relax ? ['-e', 'relax'] : []
      await tool(slapd, 'bin/ldapmodify', ['-x', '-H', url, '-D', ADMIN.dn, '-w', ADMIN.password, ...how, '-f', file])
    },
    dump: (base, plain = false) =>
      tool(slapd, 'bin/ldapsearch', [
        ...['-x', '-H', url, '-D', ADMIN.dn, '-w', ADMIN.password, '-b', base],
        ...(plain ? [] : ['-LLL']),
        ...['(objectClass=*)', '*', '+'],
      ]),
    async close() {
      const ended = once(server, 'exit')
      server.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const FOUNDATION = `dn: ${BASE}
objectClass: domain
dc: example

dn: ${READER.dn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: ${READER.password}
`

function configuration(root: string, folder: string, options: SlapdOptions): string {
  const { idleSeconds, sizeLimit, glue = false, refint = false, hideSchema = false, tls, access = [] } = options
  const schemas = ['core', 'cosine', 'nis', 'inetorgperson']
  const database = (suffix: string, place: string, more: string): string =>
    `database mdb\nsuffix "${suffix}"\n${more}rootdn "${ADMIN.dn}"\nmaxsize 104857600\ndirectory ${join(folder, place)}\nindex objectClass,entryUUID,uid,member eq\n`
  return [
    ...schemas.map((name) => `include ${join(root, `etc/ldap/schema/${name}.schema`)}`),
    `modulepath ${join(root, 'usr/lib/ldap')}`,
    'moduleload back_mdb',
    'moduleload refint',
    ...(hideSchema ? ['access to dn.base="cn=Subschema" by * none', 'access to * by * read'] : []),
    ...(idleSeconds === undefined ? [] : [`idletimeout ${idleSeconds}`]),
    ...(sizeLimit === undefined ? [] : [`sizelimit ${sizeLimit}`]),
    ...(tls
      ? [`TLSCertificateFile ${join(folder, 'cert.pem')}`, `TLSCertificateKeyFile ${join(folder, 'key.pem')}`]
      : []),
    ...(glue ? [database(`ou=people,${BASE}`, 'people', 'subordinate\n')] : []),
    database(BASE, 'main', ''),
    `rootpw ${ADMIN.password}`,
    ...access,
    'access to attrs=userPassword by anonymous auth by * none',
    'access to attrs=entry,children,objectClass,uid by * read',
    'access to * by users read by * none',
    ...(refint ? ['overlay refint', 'refint_attributes member'] : []),
    '',
  ].join('\n')
}

/** Runs one of the package's own tools and gives what it printed. Errors: with the same. */
function tool(slapd: SlapdPackage, path: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      join(slapd.root, 'usr', path),
      args,
      { env: slapd.env, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${path}: ${stdout}${stderr}`, { cause: error }))
        else resolve(stdout)
      },
    )
  })
}

/** Waits until the server answers: each attempt waits for the one before, and the end of the process ends the waiting. */
async function answering(slapd: SlapdPackage, server: ChildProcess, url: string): Promise<void> {
  let words = ''
  server.stderr?.on('data', (data) => (words += String(data)))
  for (let attempt = 0; attempt < 400; attempt++) {
    if (server.exitCode !== null) throw new Error(`slapd ended with ${server.exitCode}: ${words}`)
    try {
      await tool(slapd, 'bin/ldapsearch', ['-x', '-H', url, '-s', 'base', '-b', '', '1.1'])
      return
    } catch {
      // Not yet.
    }
  }
  server.kill('SIGKILL')
  throw new Error(`slapd does not answer: ${words}`)
}
