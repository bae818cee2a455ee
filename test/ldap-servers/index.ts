export { adding, branch, BRANCHES, group, nameOf, person, record, removing, type Values } from './people.ts'
export { type SlapdPackage, unpackSlapd } from './slapd-package.ts'
export { ADMIN, BASE, READER, type Slapd, type SlapdOptions, startSlapd } from './start-slapd.ts'
export { type LdapGate, type PageRequest, startLdapGate } from './ldap-gate.ts'
