import { describe, expect, it } from 'vitest'
import { hostFacts, hostFactsFrom, hostIdOf } from '../../../../../src/sdk/service/platform/host-facts.ts'

const nothing = { hostname: '', os: '', osRelease: '', kernelVersion: '', arch: '', virtualization: '' }

describe('host facts', () => {
  it('are read from what the system says', () => {
    const osRelease = 'NAME="Ubuntu"\nID=ubuntu\n# VERSION_ID=1\nID_LIKE="debian linux"\r\nVERSION_ID=\'24.04\'\nBAD\n'
    expect(
      hostFactsFrom({
        hostname: 'h1',
        os: 'linux',
        osRelease,
        kernelVersion: '6.8.0',
        arch: 'x86_64',
        virtualization: 'docker',
      }),
    ).toEqual({
      hostname: 'h1',
      os: 'linux',
      platform: 'ubuntu',
      platformVersion: '24.04',
      platformFamily: 'debian',
      kernelVersion: '6.8.0',
      kernelArch: 'x86_64',
      virtualizationSystem: 'docker',
    })
  })

  it('stand in for each other where there are none', () => {
    expect(hostFactsFrom({ ...nothing, os: 'darwin', kernelVersion: '25.0' })).toEqual({
      hostname: 'unknown',
      os: 'darwin',
      platform: 'darwin',
      platformVersion: '25.0',
      platformFamily: 'darwin',
      kernelVersion: '25.0',
      kernelArch: 'unknown',
      virtualizationSystem: 'none',
    })
    expect(hostFactsFrom({ ...nothing, osRelease: 'ID=\nID_LIKE=\nVERSION_ID=""' })).toMatchObject({
      os: 'unknown',
      platform: 'unknown',
      platformVersion: 'unknown',
      platformFamily: 'unknown',
    })
  })

  it('are all there on this machine', () => {
    for (const text of Object.values(hostFacts({}))) expect(text).toMatch(/\S/)
    expect(hostFacts({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }).virtualizationSystem).toBe('kubernetes')
  })
})

describe('host id', () => {
  it.each([
    [{ BATON_HOST_ID: ' mine ' }, 'h1', 'mine'],
    [{ BATON_HOST_ID: '' }, 'h1', 'h1'],
    [{}, '', 'baton-sdk'],
    [{ BATON_HOST_ID: 'x'.repeat(300) }, 'h1', 'x'.repeat(256)],
  ])('of %j on %j is %j', (env, name, id) => {
    expect(hostIdOf(env, name)).toBe(id)
  })
})
