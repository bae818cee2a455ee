import { ConnectorError } from '../ground/errors.ts'
import type { NewAccount } from '../contract/provisioner.ts'

/** The form of an account as somebody filled it in: values under the names of `AccountField`s, and addresses found beside it. */
export interface AccountForm {
  readonly profile: Readonly<Record<string, unknown>>
  /** In the order in which they are to be believed. */
  readonly addresses: readonly unknown[]
}

/**
 * The facts for a new account; `undefined` where there is no address.
 *
 * Shape: empty and absent values are left out; names that are no field are passed over.
 * Errors: `invalid-argument` for a value that is no text.
 */
export function newAccountOf({ profile, addresses }: AccountForm): NewAccount | undefined {
  const email = addresses.map((address) => textOf('the address', address)).find((address) => address !== undefined)
  if (email === undefined) return undefined
  const firstName = textOf('first_name', profile['first_name'])
  const lastName = textOf('last_name', profile['last_name'])
  const role = textOf('role', profile['role'])
  return {
    email,
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
    ...(role !== undefined && { role }),
  }
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string')
    throw new ConnectorError('invalid-argument', 'create account', `${name} must be a text`)
  return value === '' ? undefined : value
}
