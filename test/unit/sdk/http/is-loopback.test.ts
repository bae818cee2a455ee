import { expect, it } from 'vitest'
import { isLoopback } from '../../../../src/sdk/http/is-loopback.ts'

it.each(['localhost', 'LocalHost', '[::1]', '::1', '127.0.0.1', '127.8.9.10'])('%s is this machine', (name) =>
  expect(isLoopback(name)).toBe(true),
)

it.each(['localhost.example.com', '127.0.0.1.example.com', '::12', '10.0.0.1', 'mail.example.com', ''])(
  '%s is another machine',
  (name) => expect(isLoopback(name)).toBe(false),
)
