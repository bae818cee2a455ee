import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { Secret } from '../../../../src/sdk/ground/secret.ts'

it('a secret shows itself to nobody who does not ask for it', () => {
  const secret = new Secret('hunter2')
  const shown = [
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true }),
    Object.keys(secret).join(),
    String(secret),
  ]
  expect(shown.join('\n')).not.toContain('hunter2')
  expect(secret.reveal()).toBe('hunter2')
})
