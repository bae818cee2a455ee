import { expect, test } from 'vitest'
import { readCsv } from '../judges/read-csv.ts'

test('quotes, commas and line breaks inside a field belong to the field', () => {
  expect(readCsv('Type,Name\nGrant,"a ""b"", c\nd"\n,\n')).toEqual([
    ['Type', 'Name'],
    ['Grant', 'a "b", c\nd'],
    ['', ''],
  ])
})
