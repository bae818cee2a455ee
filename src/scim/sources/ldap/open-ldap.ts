import { resolve } from 'node:path'
import { trustedContext } from '../../../sdk/http/trusted-certificates.ts'
import { defaultRetryPolicy } from '../../../sdk/pacing/retry.ts'
import { readSecretText } from '../secret-text.ts'
import type { SourceParts } from '../source-parts.ts'
import type { LdapAddress } from './connection.ts'
import { LdapSource } from './ldap-source.ts'
import type { LdapOptions } from './options.ts'

const TIMES = { connectMs: 10_000, answerMs: 120_000 }

/** A live directory as the configuration describes it, with the trust of the environment. */
export function openLdap(options: LdapOptions, { folder, attributes, network }: SourceParts): LdapSource {
  const { env, retry = defaultRetryPolicy } = network
  const { bindDn, passwordFile = '', canary } = options
  const password = () => readSecretText('password_file', resolve(folder, passwordFile), passwordFile)
  const session = { address: addressOf(options, env), times: TIMES, retry, bindDn, password, canary }
  return new LdapSource(options, attributes, session)
}

function addressOf({ url, tls }: LdapOptions, env: NodeJS.ProcessEnv): LdapAddress {
  const { protocol, hostname, port } = new URL(url)
  const isSecure = protocol === 'ldaps:'
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || (isSecure ? 636 : 389),
    tls: isSecure ? 'from-start' : tls,
    secureContext: trustedContext(env),
  }
}
