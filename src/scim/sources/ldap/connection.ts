import { connect as tcpConnect, type Socket } from 'node:net'
import { connect as tlsConnect, type SecureContext } from 'node:tls'
import {
  BindRequest,
  type Control,
  ExtendedRequest,
  ExtendedResponse,
  type Filter,
  type Message,
  MessageParser,
  type MessageResponse,
  PagedResultsControl,
  SearchEntry,
  SearchReference,
  SearchRequest,
  UnbindRequest,
} from 'ldapts'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { networkError } from '../../../sdk/http/network-error.ts'
import type { Entry, EntryAttribute } from '../directory/entry.ts'
import { RESULT, resultText } from './result-code.ts'

/** Where a directory is and how it is spoken to. */
export interface LdapAddress {
  readonly host: string
  readonly port: number
  /** `start`: plain at first, then StartTLS. `none` is for this machine only. */
  readonly tls: 'from-start' | 'start' | 'none'
  readonly secureContext: SecureContext
}

export interface LdapTimes {
  readonly connectMs: number
  /** Longest silence of the server while it owes an answer. */
  readonly answerMs: number
}

export interface SearchQuestion {
  readonly base: string
  readonly scope: 'base' | 'one' | 'sub'
  readonly filter: Filter
  readonly attributes: readonly string[]
  /** Absent: without pages. */
  readonly page?: { readonly size: number; readonly cookie: Buffer }
}

export interface SearchAnswer {
  readonly code: number
  readonly message: string
  readonly entries: readonly Entry[]
  /** Where more entries are, at other servers. */
  readonly references: readonly string[]
  /** Where the next page begins; empty after the last one. */
  readonly cookie: Buffer
}

export interface LdapResult {
  readonly code: number
  readonly message: string
}

const START_TLS = '1.3.6.1.4.1.1466.20037'
const WHO_AM_I = '1.3.6.1.4.1.4203.1.11.3'

interface Pending {
  readonly message: Message
  readonly entries: Entry[]
  readonly references: string[]
  readonly resolve: (response: MessageResponse) => void
  readonly reject: (error: ConnectorError) => void
  timer: NodeJS.Timeout
}

/**
 * One connection to a directory, which is never made a second time: when it ends, every later request fails.
 *
 * Errors of all calls: `unavailable` with reason `connection lost` when it ends, `deadline-exceeded` when the server stays silent, `canceled`;
 * those of network-error.ts while it is made. Result codes are no errors here.
 * Why: messages are read and written by ldapts, the connection is ours. Its client connects again by itself, as nobody, and its page loop ends at an
 * empty page.
 */
export class LdapConnection {
  readonly #peer: { readonly host: string; readonly operation: string; readonly setting: string }
  readonly #times: LdapTimes
  readonly #parser = new MessageParser()
  readonly #pending = new Map<string, Pending>()
  #socket: Socket
  #next = 1
  #end: ConnectorError | undefined

  /** Errors: see the class; `failed-precondition` where the server refuses StartTLS. */
  static async open(address: LdapAddress, times: LdapTimes, signal: AbortSignal): Promise<LdapConnection> {
    signal.throwIfAborted()
    const connection = new LdapConnection(address, times)
    const abort = (): void =>
      connection.#fail(new ConnectorError('canceled', 'read the directory', 'stopped on request'))
    signal.addEventListener('abort', abort, { once: true })
    connection.#socket.once('close', () => signal.removeEventListener('abort', abort))
    try {
      await connection.#connected(connection.#socket, address.tls === 'from-start' ? 'secureConnect' : 'connect')
      if (address.tls === 'start') await connection.#startTls(address)
    } catch (error) {
      connection.#socket.destroy()
      throw error
    }
    return connection
  }

  private constructor(address: LdapAddress, times: LdapTimes) {
    const { host, port, tls } = address
    this.#peer = { host: `${host}:${port}`, operation: 'connect to the directory', setting: 'url' }
    this.#times = times
    const where = { host, port, autoSelectFamily: true }
    this.#socket = tls === 'from-start' ? tlsConnect({ ...where, ...trust(address) }) : tcpConnect(where)
    this.#socket.setNoDelay(true)
    this.#listen(this.#socket)
    this.#parser.on('message', (message) => this.#receive(message))
    this.#parser.on('error', (error) =>
      this.#fail(
        new ConnectorError(
          'unavailable',
          'read the directory',
          `${this.#peer.host} sent what is no LDAP`,
          error,
          'malformed answer',
        ),
      ),
    )
  }

  /** Signs in; the empty name and password are nobody. */
  async bind(dn: string, password: string): Promise<LdapResult> {
    return this.#ask(new BindRequest({ messageId: this.#id(), dn, password }))
  }

  /** Asks who the server takes us for: `dn:…` or `u:…`, '' for nobody. Source: RFC 4532. */
  async whoAmI(): Promise<LdapResult & { readonly who: string }> {
    const { code, message, response } = await this.#ask(new ExtendedRequest({ messageId: this.#id(), oid: WHO_AM_I }))
    return { code, message, who: response instanceof ExtendedResponse ? (response.value ?? '') : '' }
  }

  /** Sends one search and gives what came back, whatever the result. Never follows references or aliases. */
  async search({ base, scope, filter, attributes, page }: SearchQuestion): Promise<SearchAnswer> {
    const controls: Control[] = page ? [new PagedResultsControl({ critical: true, value: { ...page } })] : []
    const request = new SearchRequest({
      ...{ messageId: this.#id(), baseDN: base, scope, filter, controls },
      attributes: [...attributes],
      sizeLimit: 0,
      timeLimit: 0,
    })
    const { code, message, response, pending } = await this.#ask(request)
    const paged = response.controls?.find((control) => control instanceof PagedResultsControl)
    return {
      ...{ code, message, entries: pending.entries, references: pending.references },
      cookie: paged?.value?.cookie ?? Buffer.alloc(0),
    }
  }

  /** Ends the connection; what is under way fails. */
  close(): void {
    this.#fail(new ConnectorError('canceled', 'read the directory', 'the connection was closed'), true)
  }

  #id(): number {
    return this.#next++
  }

  async #ask(message: Message) {
    if (this.#end) throw this.#end
    const { promise, resolve, reject } = Promise.withResolvers<MessageResponse>()
    const timer = setTimeout(() => this.#silent(), this.#times.answerMs)
    const pending: Pending = { message, entries: [], references: [], resolve, reject, timer }
    this.#pending.set(String(message.messageId), pending)
    this.#socket.write(message.write())
    const response = await promise
    return { code: response.status, message: response.errorMessage, response, pending }
  }

  #receive(message: MessageResponse): void {
    const pending = this.#pending.get(String(message.messageId))
    if (!pending) {
      // Message 0 is the server's word that it ends the connection. Source: RFC 4511 §4.4.1.
      if (message.messageId === 0) this.#fail(this.#lost(resultText(message.status, message.errorMessage)))
      return
    }
    pending.timer.refresh()
    if (message instanceof SearchEntry) pending.entries.push(entryOf(message))
    else if (message instanceof SearchReference) pending.references.push(...message.uris)
    else {
      clearTimeout(pending.timer)
      this.#pending.delete(String(message.messageId))
      pending.resolve(message)
    }
  }

  #listen(socket: Socket): void {
    socket.on('data', (data) => this.#parser.read(data, this.#pending))
    socket.on('error', (error) => this.#fail(this.#lost(undefined, error)))
    socket.on('end', () => this.#fail(this.#lost()))
    socket.on('close', () => this.#fail(this.#lost()))
  }

  async #connected(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const { connectMs } = this.#times
    const late = (): void =>
      reject(
        new ConnectorError(
          'unavailable',
          this.#peer.operation,
          `no connection to ${this.#peer.host} within ${connectMs / 1000} s; check url and the network`,
          undefined,
          'connect timeout',
        ),
      )
    const timer = setTimeout(late, connectMs)
    const failed = (error: Error): void => reject(networkError(error, this.#peer))
    const ended = (): void => reject(this.#end ?? this.#lost())
    socket.once(event, resolve).once('error', failed).once('close', ended)
    try {
      await promise
    } finally {
      clearTimeout(timer)
      socket.off(event, resolve).off('error', failed).off('close', ended)
    }
  }

  async #startTls(address: LdapAddress): Promise<void> {
    const { code, message } = await this.#ask(new ExtendedRequest({ messageId: this.#id(), oid: START_TLS }))
    if (code !== RESULT.success)
      throw new ConnectorError(
        'failed-precondition',
        this.#peer.operation,
        `${this.#peer.host} refuses StartTLS, ${resultText(code, message)}; nothing secret was sent. Use ldaps:// or enable TLS at the server`,
      )
    const plain = this.#socket
    plain.removeAllListeners('data')
    this.#socket = tlsConnect({ socket: plain, ...trust(address) })
    this.#listen(this.#socket)
    await this.#connected(this.#socket, 'secureConnect')
  }

  #lost(why?: string, cause?: unknown): ConnectorError {
    const detail = `${this.#peer.host} ended the connection${why === undefined ? '' : `, ${why}`}`
    return new ConnectorError('unavailable', 'read the directory', detail, cause, 'connection lost')
  }

  #silent(): void {
    const detail = `${this.#peer.host} was silent for ${this.#times.answerMs / 1000} s`
    this.#fail(new ConnectorError('deadline-exceeded', 'read the directory', detail, undefined, 'timeout'))
  }

  #fail(error: ConnectorError, politely = false): void {
    if (this.#end) return
    this.#end = error
    for (const { timer, reject } of this.#pending.values()) {
      clearTimeout(timer)
      reject(error)
    }
    this.#pending.clear()
    if (politely) this.#socket.end(new UnbindRequest({ messageId: this.#id() }).write())
    this.#socket.destroySoon()
  }
}

/** Whom to trust, and under which name. Names are checked also where the address is one of numbers. */
const trust = ({ host, secureContext }: LdapAddress) => ({
  host,
  secureContext,
  // An address is no server name (RFC 6066 §3); the certificate is checked against `host` all the same.
  ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
})

function entryOf({ name, attributes }: SearchEntry): Entry {
  const found = new Map<string, EntryAttribute>()
  for (const { type, parsedBuffers } of attributes)
    if (parsedBuffers.length > 0) found.set(type.toLowerCase(), { description: type, values: parsedBuffers })
  return { dn: name, attributes: found }
}
