import { BASE } from './start-slapd.ts'

/** Attributes of an entry; a list stands for several values. */
export type Values = Readonly<Record<string, string | readonly string[]>>

const isPlain = (value: string): boolean => /^[\x21-\x39\x3b\x3d-\x7e][\x20-\x7e]*$/.test(value) && !value.endsWith(' ')

/** A line of LDIF, in base64 where plain text is not allowed. */
const line = (name: string, value: string): string =>
  isPlain(value) ? `${name}: ${value}` : `${name}:: ${Buffer.from(value).toString('base64')}`

/** A content record of LDIF. */
export const record = (dn: string, values: Values): string =>
  [
    line('dn', dn),
    ...Object.entries(values).flatMap(([name, value]) => [value].flat().map((one) => line(name, one))),
    '',
  ].join('\n')

export const branch = (name: string): string =>
  record(`ou=${name},${BASE}`, { objectClass: 'organizationalUnit', ou: name })

/** A person under ou=people. */
export const person = (uid: string, values: Values = {}, dn = `uid=${uid},ou=people,${BASE}`): string =>
  record(dn, {
    objectClass: 'inetOrgPerson',
    uid,
    cn: `${uid} Test`,
    sn: 'Test',
    givenName: uid,
    mail: `${uid}@example.com`,
    ...values,
  })

/** A group under ou=groups, by names of members. */
export const group = (cn: string, members: readonly string[], values: Values = {}): string =>
  record(`cn=${cn},ou=groups,${BASE}`, { objectClass: 'groupOfNames', cn, member: members, ...values })

export const nameOf = (uid: string): string => `uid=${uid},ou=people,${BASE}`

/** Branches for people and groups. */
export const BRANCHES = `${branch('people')}\n${branch('groups')}\n`

/** A change record that adds what a content record holds. */
export const adding = (content: string): string => content.replace(/\n/, '\nchangetype: add\n')

export const removing = (dn: string): string => `dn: ${dn}\nchangetype: delete\n\n`
