import { describe, expect, it } from 'vitest'
import { createRenewableSecret } from '../../../../src/sdk/ground/renewable-secret.ts'
import { silentLogger } from '../../../../src/sdk/ground/ports.ts'
import { Secret } from '../../../../src/sdk/ground/secret.ts'

describe('a key that was refused', () => {
  const first = new Secret('one')

  it('is read once for all that were refused with it', async () => {
    let reads = 0
    const key = createRenewableSecret('API key', first, async () => {
      reads++
      return new Secret('two')
    })
    expect(await Promise.all([key.renew(first, silentLogger), key.renew(first, silentLogger)])).toEqual([true, true])
    expect([reads, key.current().reveal()]).toEqual([1, 'two'])
  })

  it('is not read again for one that was refused with the key before', async () => {
    let reads = 0
    const key = createRenewableSecret('API key', first, async () => new Secret(String(++reads)))
    await key.renew(first, silentLogger)
    expect([await key.renew(first, silentLogger), reads]).toEqual([true, 1])
    expect([await key.renew(key.current(), silentLogger), reads]).toEqual([true, 2])
  })

  it.each([
    ['came as a value', async () => undefined],
    ['is the same in its file', async () => new Secret('one')],
  ])('stays what it is where it %s', async (_, reread) => {
    const key = createRenewableSecret('API key', first, reread)
    expect([await key.renew(first, silentLogger), key.current()]).toEqual([false, first])
  })

  it('stays what it is where the file cannot be read, with a word in the log, and is tried again', async () => {
    const warnings: unknown[] = []
    let reads = 0
    const key = createRenewableSecret('API key', first, async () => {
      if (++reads === 1) throw new Error('the file key does not exist')
      return new Secret('two')
    })
    const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
    expect([await key.renew(first, log), warnings]).toEqual([false, ['the API key cannot be read again']])
    expect(await key.renew(first, log)).toBe(true)
  })
})
