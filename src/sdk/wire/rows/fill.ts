/** An object while it is read. */
export type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

/** Sets a key that has no value where there is none, instead of `undefined`. */
export function fill<T, Name extends keyof T>(target: T, name: Name, value: T[Name] | undefined): void {
  if (value !== undefined) target[name] = value
}
