import type { ProvisionCall } from './provisioner.ts'

/** An account as the directory behind the source shows it. */
export interface DirectoryAccount {
  /** The directory's own id. */
  readonly id: string
  readonly active: boolean
}

/** What a new account is made of. */
export interface DirectoryFacts {
  readonly email: string
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
}

/**
 * The door by which accounts of an identity provider are made and ended, for sources that do not change such accounts themselves.
 *
 * Errors: `ConnectorError`; a write whose answer was lost has reason `answer-lost`.
 */
export interface AccountDirectory {
  /** For people, for example `https://acme.twingate.com/api/scim/v2`. */
  readonly name: string
  /** Every account whose user name or address is this, any case, inactive ones too. */
  find(email: string, call: ProvisionCall): Promise<readonly DirectoryAccount[]>
  create(facts: DirectoryFacts, call: ProvisionCall): Promise<void>
  setActive(id: string, active: boolean, call: ProvisionCall): Promise<void>
  remove(id: string, call: ProvisionCall): Promise<void>
}
