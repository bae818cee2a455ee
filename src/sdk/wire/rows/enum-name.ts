/** Finds the name of an enum's number; `undefined` for unspecified and for numbers that are newer than this program. */
export function enumNames<Name extends string>(
  numbers: Readonly<Record<Name, number>>,
): (number: number) => Name | undefined {
  const names: (Name | undefined)[] = []
  for (const name of Object.keys(numbers) as Name[]) names[numbers[name]] = name
  return (number) => names[number]
}
