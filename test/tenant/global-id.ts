/** What a global id can point at. */
export type ObjectKind =
  | 'User'
  | 'Group'
  | 'SecurityPolicy'
  | 'Resource'
  | 'RemoteNetwork'
  | 'Connector'
  | 'Gateway'
  | 'X509CertificateAuthority'
  | 'ServiceAccount'
  | 'ServiceAccountKey'
  | 'Device'
  | 'AccessRequest'

/** The opaque id of the API: base64 of `Kind:number`. */
export const globalId = (kind: ObjectKind, number: number): string =>
  Buffer.from(`${kind}:${String(number)}`).toString('base64')

/** Whether an id decodes to `Name:number` at all; the API tells such ids apart from those that merely match nothing. */
export const isGlobalId = (id: string): boolean =>
  /^[A-Za-z]+:\d+$/.test(Buffer.from(id, 'base64').toString('latin1')) && /^[A-Za-z0-9+/]+=*$/.test(id)

/** The id as the API itself spells it, for one whose number is spelt in another way, as in `User:007`. */
export const respelt = (id: string): string => {
  const [kind, number] = Buffer.from(id, 'base64').toString('latin1').split(':')
  return Buffer.from(`${kind ?? ''}:${String(Number(number))}`).toString('base64')
}
