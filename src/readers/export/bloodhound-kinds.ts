/** Before each kind, so that those of several connectors stay apart. Source: BloodHound OpenGraph, extension definition. */
export const NAMESPACE = 'Baton'

export const SOURCE_KIND = `${NAMESPACE}_Base`
export const TENANT_KIND = `${NAMESPACE}_Tenant`
export const IN_TENANT = `${NAMESPACE}_InTenant`

/** `network-resource` is `Baton_NetworkResource`. Kinds hold letters, digits and underscores alone. */
export const kindOfWord = (word: string): string =>
  `${NAMESPACE}_${word
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== '')
    .map((part) => `${part.slice(0, 1).toUpperCase()}${part.slice(1)}`)
    .join('')}`

/** `member` is `Baton_Holds_Member`. */
export const kindOfSlug = (slug: string): string => kindOfWord(slug).replace(`${NAMESPACE}_`, `${NAMESPACE}_Holds_`)
