import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { expectEmptyPlan, inOneLine, outputsOf } from '../../terraform/plan-verdict.ts'
import { terraformMissing } from '../../terraform/run-terraform.ts'
import { stage, TWINGATE_KEY } from '../../terraform/stage.ts'

const deployed = async () => {
  const on = await stage('examples/self-hosted-docker', onTestFinished)
  const folder = join(on.folder, 'secrets')
  const inputs = {
    image: 'registry.example/baton-twingate:1.0.0',
    twingate_network: 'acme',
    twingate_api_key: TWINGATE_KEY,
    secrets_directory: folder,
  }
  await on.apply(inputs)
  const container = () => [...on.engine.containers.values()][0] ?? {}
  const clientSecret = join(folder, 'baton-twingate/client-secret')
  return { on, inputs, container, folder, clientSecret, mark: on.journal.mark() }
}

describe.skipIf(terraformMissing)(`the self-hosted example in Docker ${terraformMissing ?? ''}`, () => {
  it('starts a container with the id and the secret it made, and a second plan is empty', async () => {
    const { on, inputs, container } = await deployed()
    const environment = on.engine.environment(container())
    expect(environment['BATON_CLIENT_ID']).toBe((await outputsOf(on))['client_id'])
    expect(environment).toMatchObject({ BATON_DOMAIN: 'acme', BATON_HOST_ID: container()['name'] })
    expect(on.engine.mountedFile(container(), '/run/secrets/twingate-api-key')).toBe(TWINGATE_KEY)
    expect(on.engine.isHealthy(container())).toBe(true)
    await expectEmptyPlan(on, inputs)
  })

  it('has the key in no state, and keeps the folder of the secrets to its owner', async () => {
    const { on, inputs, folder, clientSecret } = await deployed()
    expect(await on.state()).not.toContain(TWINGATE_KEY)
    expect(JSON.stringify([...on.engine.containers.values()])).not.toContain(TWINGATE_KEY)
    expect(statSync(join(folder, 'baton-twingate')).mode & 0o777).toBe(0o700)
    expect(statSync(clientSecret).mode & 0o777).toBe(0o444)
    await on.apply(inputs, ['-refresh-only'])
    for (const secret of on.secrets()) expect(await on.state()).not.toContain(secret)
  })

  it('rotates in the order new credential, new container, old credential', async () => {
    const { on, inputs, container, clientSecret, mark } = await deployed()
    const before = readFileSync(clientSecret, 'utf8')
    await on.apply({ ...inputs, credential_generation: 2 })
    expect(on.journal.operations(mark)).toEqual([
      'credential.create',
      'container.create',
      'container.delete',
      'credential.revoke',
    ])
    expect(readFileSync(clientSecret, 'utf8')).not.toBe(before)
    expect(on.engine.isHealthy(container())).toBe(true)
    await expectEmptyPlan(on, { ...inputs, credential_generation: 2 })
  })

  it('leaves the running container and its credential alone where the new container does not become healthy', async () => {
    const { on, inputs, container, mark } = await deployed()
    const running = container()
    on.platform.admitsNobody = true
    await on.refusedApply({ ...inputs, credential_generation: 2 })
    expect(on.journal.operations(mark)).toEqual(['credential.create', 'container.create'])
    expect(container()).toBe(running)
    on.platform.admitsNobody = false
    expect(on.engine.isHealthy(running)).toBe(true)

    await on.run(['untaint', 'module.connector.docker_container.connector'])
    await on.apply({ ...inputs, credential_generation: 2 })
    expect(on.journal.operations(mark).slice(2)).toEqual(['container.delete', 'credential.revoke'])
    expect(on.engine.isHealthy(container())).toBe(true)
    await expectEmptyPlan(on, { ...inputs, credential_generation: 2 })
  })

  it('leaves everything as it is where the new credential cannot be made', async () => {
    const { on, inputs, container, mark } = await deployed()
    on.platform.faults.schedule({ operation: 'credential.create', kind: '403' })
    await on.refusedApply({ ...inputs, credential_generation: 2 })
    expect(on.journal.operations(mark)).toEqual([])
    expect(on.engine.isHealthy(container())).toBe(true)
    await expectEmptyPlan(on, inputs)
  })

  it('refuses to write an empty secret where the secret was lost before it was handed over, and a rotation heals it', async () => {
    const { on, inputs, container, clientSecret } = await deployed()
    const before = readFileSync(clientSecret, 'utf8')
    const second = { ...inputs, credential_generation: 2 }
    await on.run(['apply', '-auto-approve', '-no-color', '-target=module.registration'], second)
    expect(inOneLine(await on.refusedApply(second))).toContain('The client secret is gone')
    expect(readFileSync(clientSecret, 'utf8')).toBe(before)
    await on.apply({ ...inputs, credential_generation: 3 })
    expect(on.engine.isHealthy(container())).toBe(true)
    expect(on.engine.containers.size).toBe(1)
  })

  it('writes a new Twingate key only with a new revision', async () => {
    const { on, inputs, container, mark } = await deployed()
    await expectEmptyPlan(on, { ...inputs, twingate_api_key: 'another-key' })
    await on.apply({ ...inputs, twingate_api_key: 'another-key', twingate_api_key_revision: 2 })
    expect(on.journal.operations(mark)).toEqual(['container.create', 'container.delete'])
    expect(on.engine.mountedFile(container(), '/run/secrets/twingate-api-key')).toBe('another-key')
    expect(on.engine.isHealthy(container())).toBe(true)
  })

  it('removes the container, then the files, and revokes the credential', async () => {
    const { on, inputs, clientSecret, mark } = await deployed()
    await on.destroy(inputs)
    expect(on.journal.operations(mark)).toEqual([
      'container.delete',
      'credential.revoke',
      'connector.delete',
      'app.delete',
    ])
    expect(existsSync(clientSecret)).toBe(false)
  })
})
