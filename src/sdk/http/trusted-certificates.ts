import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { ConnectorError } from '../ground/errors.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Where systems keep the certificates they trust: of the files the first that is there, of the folders all. Source: Go's `crypto/x509`. */
const SYSTEM_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
]
const SYSTEM_FOLDERS = ['/etc/ssl/certs', '/etc/pki/tls/certs']

/** No file of certificates is larger, in bytes. */
const LARGEST = 16 * 1024 * 1024

const BLOCK = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g

/**
 * The certificates to trust, as PEM: Node's own with those of NODE_EXTRA_CA_CERTS, and this machine's. SSL_CERT_FILE stands for the machine's file,
 * SSL_CERT_DIR for its folders, separated by colons.
 *
 * Errors: `invalid-argument` where what a variable names cannot be read or holds no certificate.
 * Why: Go connectors trust the machine's and read both variables; Node by itself does neither.
 */
export function trustedCertificates(env: Env): readonly string[] {
  const own = getCACertificates('default')
  const known = new Set(own.map(bodyOf))
  const added: string[] = []
  for (const block of machineCertificates(env)) {
    const body = bodyOf(block)
    if (known.has(body)) continue
    known.add(body)
    if (isCertificate(block)) added.push(block)
  }
  return [...own, ...added]
}

let last: { readonly key: string; readonly context: SecureContext } | undefined

/**
 * The same as what connections are made with, TLS 1.2 or newer. All of a process share one: to read the certificates takes a tenth of a second and two
 * megabytes. Errors: as `trustedCertificates`.
 */
export function trustedContext(env: Env): SecureContext {
  const key = JSON.stringify([env['SSL_CERT_FILE'], env['SSL_CERT_DIR']])
  if (last?.key !== key)
    last = { key, context: createSecureContext({ minVersion: 'TLSv1.2', ca: [...trustedCertificates(env)] }) }
  return last.context
}

function machineCertificates(env: Env): readonly string[] {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folders } = env
  const inFile = file ? named('SSL_CERT_FILE', `the file ${file}`, () => blocksOf(file)) : firstOf(SYSTEM_FILES)
  const inFolders = folders
    ? named('SSL_CERT_DIR', folders, () => folders.split(':').flatMap(blocksIn))
    : SYSTEM_FOLDERS.flatMap(blocksIn)
  // Elsewhere the system has no files of them.
  const ofSystem = ['darwin', 'win32'].includes(process.platform) ? getCACertificates('system') : []
  return [...inFile, ...inFolders, ...ofSystem]
}

/** What a variable asks for must be there: whoever set it would else meet refused certificates without a reason. */
function named(variable: string, what: string, read: () => readonly string[]): readonly string[] {
  const invalid = (detail: string) => new ConnectorError('invalid-argument', 'configuration', `${variable}: ${detail}`)
  let blocks: readonly string[]
  try {
    blocks = read()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw invalid(`${what} cannot be read (${code})`)
  }
  if (blocks.length === 0) throw invalid(`no certificates in ${what}`)
  return blocks
}

function firstOf(files: readonly string[]): readonly string[] {
  for (const file of files) {
    const blocks = blocksOrNone(file)
    if (blocks.length > 0) return blocks
  }
  return []
}

/** Of all files of a folder; a folder that is not there has none. */
function blocksIn(folder: string): readonly string[] {
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  return names.flatMap((name) => blocksOrNone(join(folder, name)))
}

function blocksOrNone(file: string): readonly string[] {
  try {
    return blocksOf(file)
  } catch {
    return []
  }
}

/** A pipe would be waited for. */
function blocksOf(file: string): readonly string[] {
  const stats = statSync(file)
  if (!stats.isFile() || stats.size > LARGEST) throw Object.assign(new Error(file), { code: 'no plain file' })
  return readFileSync(file, 'latin1').match(BLOCK) ?? []
}

const bodyOf = (block: string): string => block.replaceAll(/-----[A-Z ]+-----|\s/g, '')

/** One that cannot be read would spoil all the others. */
function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0
  } catch {
    return false
  }
}
