import { expect, test } from 'vitest'
import { goDaemonRecord } from '../judges/go-daemon-record.ts'
import { serviceScripts } from '../judges/service-scripts.ts'

test('each script has a name of its own, and what the official daemon does in it is known', () => {
  expect(serviceScripts.map(({ name }) => name)).toEqual(Object.keys(goDaemonRecord))
})
