import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net'

/** The kernel asks again after one second and after three; every connection has ten in all. */
const PER_ADDRESS_MS = 3_500

/**
 * Gives each address of a host seconds to answer, in all connections of this process.
 *
 * Why: Node turns to the next address after 250 ms and takes back what it began, so that a far or busy host is never reached where its last
 * address leads nowhere, as IPv6 on many machines.
 */
export function waitForEachAddress(): void {
  setDefaultAutoSelectFamilyAttemptTimeout(PER_ADDRESS_MS)
}
