import { afterAll, beforeAll, type TestContext } from 'vitest'
import {
  type LdapGate,
  type PageRequest,
  type Slapd,
  type SlapdOptions,
  type SlapdPackage,
  startLdapGate,
  startSlapd,
  unpackSlapd,
} from '../ldap-servers/index.ts'
import { ldapSource, type LdapSettings } from './ldap-place.ts'
import { SourceImage } from './source-image.ts'

/** What a test with a directory works with; all of it ends with the test. */
export interface Directory {
  readonly start: (options?: SlapdOptions) => Promise<Slapd>
  readonly gate: (server: Slapd, onPage: (request: PageRequest) => Promise<void> | void) => Promise<LdapGate>
  readonly source: (url: string, settings?: LdapSettings) => ReturnType<typeof ldapSource>
  readonly image: SourceImage
}

/** Makes the directory of one test. */
export type OpenDirectory = (context: TestContext) => Directory & AsyncDisposable

/**
 * Tests of one file that need slapd: it is unpacked once. Without it they are skipped and say why; on a build machine that is an error.
 */
export function slapdSuite(): OpenDirectory {
  let unpacked: SlapdPackage | string = 'not unpacked'
  beforeAll(async () => {
    unpacked = await unpackSlapd()
  }, 120_000)
  afterAll(() => {
    if (typeof unpacked !== 'string') unpacked.remove()
  })
  return (context) => {
    const slapd = unpacked
    if (typeof slapd === 'string') return context.skip(slapd)
    const stack = new AsyncDisposableStack()
    return {
      image: new SourceImage(),
      async start(options) {
        const server = await startSlapd(slapd, options)
        stack.defer(() => server.close())
        return server
      },
      async gate(server, onPage) {
        const gate = await startLdapGate(server.port, onPage)
        stack.defer(() => gate.close())
        return gate
      },
      async source(url, settings) {
        const source = await ldapSource(url, settings)
        stack.use(source)
        return source
      },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  }
}
