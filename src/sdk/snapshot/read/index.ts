/** Reading a `.c1z` file of any Baton connector. */
export * from './open-snapshot.ts'
export * from '../../wire/rows/decode-entitlement.ts'
export * from '../../wire/rows/decode-grant.ts'
export * from '../../wire/rows/decode-resource-type.ts'
export * from '../../wire/rows/decode-resource.ts'
export * from '../../wire/rows/decode-annotations.ts'
export * from '../../wire/rows/decode-traits.ts'
