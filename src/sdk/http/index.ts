/** One HTTP exchange, with proxy, trusted certificates and errors that say what to do. */
export { createTransport, type Transport } from './transport.ts'
export { trustedContext } from './trusted-certificates.ts'
