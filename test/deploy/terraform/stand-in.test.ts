import { expect, it, onTestFinished } from 'vitest'
import { stage, TWINGATE_KEY } from '../../support/terraform/stage.ts'

it('y', async () => {
  const s = await stage('examples/self-hosted-kubernetes', onTestFinished)
  const v = { image: 'example/baton-twingate:1.0.0', twingate_network: 'acme', twingate_api_key: TWINGATE_KEY }
  console.log(await s.apply(v))
  console.log((await s.plan(v)).output)
  const m = s.journal.mark()
  s.platform.faults.schedule({ operation: 'credential.create', kind: '403' })
  console.log((await s.refusedApply({ ...v, credential_generation: 2 })).slice(-1500))
  s.cluster.faults.schedule({ operation: 'secret.create', kind: '500' })
  console.log((await s.refusedApply({ ...v, credential_generation: 2 })).slice(-1500))
  console.log(
    (await s.run(['apply', '-auto-approve', '-no-color'], { ...v, credential_generation: 2 })).output.slice(-3500),
  )
  console.log(
    (await s.run(['apply', '-auto-approve', '-no-color'], { ...v, credential_generation: 3 })).output.slice(-3500),
  )
  console.log((await s.plan({ ...v, credential_generation: 3 })).output)
  console.log(s.journal.entries(m))
  expect((await s.state()).includes(TWINGATE_KEY)).toBe(false)
  await s.destroy(v)
})
