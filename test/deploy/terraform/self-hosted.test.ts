import { describe, expect, it, onTestFinished } from 'vitest'
import { terraformMissing } from '../../terraform/run-terraform.ts'
import { applySelfHosted } from '../../terraform/self-hosted.ts'

describe.skipIf(terraformMissing)(`the credential of the self-hosted example ${terraformMissing ?? ''}`, () => {
  it('is the one living credential, before and after a rotation, and none is left after a destroy', async () => {
    const hosted = await applySelfHosted(onTestFinished, 'localhost:8443')
    const first = hosted.credential()
    expect(first.clientId).toContain('@localhost:8443/')
    expect(hosted.living()).toEqual([first.clientId])
    await hosted.rotate()
    const second = hosted.credential()
    expect(second.clientSecret).not.toBe(first.clientSecret)
    expect(hosted.living()).toEqual([second.clientId])
    await hosted.destroy()
    expect(hosted.living()).toEqual([])
  })
})
