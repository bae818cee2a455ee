/** One HTTP exchange, with proxy, trusted certificates and errors that say what to do; paced, where the source has a limit. */
export { type PacedRequest, sendPaced } from './send-paced.ts'
export { createTransport, type Transport } from './transport.ts'
export { trustedContext } from './trusted-certificates.ts'
