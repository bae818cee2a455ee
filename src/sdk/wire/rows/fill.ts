/** An object while it is read. */
export type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

/** Sets a key only if there is a value, so that a missing value leaves no key. */
export function fill<T, Name extends keyof T>(target: T, name: Name, value: T[Name] | undefined): void {
  if (value !== undefined) target[name] = value
}
