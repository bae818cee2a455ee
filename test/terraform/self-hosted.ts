import { textOf } from './dynamic-value.ts'
import { type Stage, stage, TWINGATE_KEY, type Variables } from './stage.ts'

/** What a connector needs to reach the platform. */
export interface ConnectorCredential {
  readonly clientId: string
  readonly clientSecret: string
}

/** The self-hosted example, applied: what a test of the whole way from Terraform to the connector starts with. */
export interface SelfHosted {
  readonly stage: Stage
  /** Id and secret that the pod finds now, in its environment and in its mounted file. */
  credential(): ConnectorCredential
  /** Ids of the credentials that the platform would let in now. */
  living(): readonly string[]
  /** Makes a new credential, hands it over and revokes the old one, unless `extra` has it kept. */
  rotate(extra?: Variables): Promise<void>
  /** Applies once more, without a change of its own. */
  apply(): Promise<void>
  destroy(): Promise<void>
}

/** The deployment that the example makes. */
export const DEPLOYMENT = 'baton-twingate/baton-twingate'

/**
 * Applies the example in Kubernetes. Client ids name `tenantHost`, with a port where it needs one. `prepare` sees the stand-ins before the
 * first apply.
 */
export async function applySelfHosted(
  atEnd: (cleanUp: () => Promise<void>) => void,
  tenantHost = 'acme.conductor.one',
  prepare: (stage: Stage) => void = () => {},
): Promise<SelfHosted> {
  const on = await stage('examples/self-hosted-kubernetes', atEnd)
  on.platform.tenantHost = tenantHost
  prepare(on)
  let generation = 1
  const inputs = (): Variables => ({
    image: 'registry.example/baton-twingate:1.0.0',
    twingate_network: 'acme',
    twingate_api_key: TWINGATE_KEY,
    credential_generation: generation,
  })
  await on.apply(inputs())
  return {
    stage: on,
    credential: () => ({
      clientId: on.cluster.environment(DEPLOYMENT)['BATON_CLIENT_ID'] ?? '',
      clientSecret: on.cluster.mountedFile(DEPLOYMENT, 'client-secret') ?? '',
    }),
    living: () => on.platform.living('credential').map(({ attributes }) => textOf(attributes, 'client_id')),
    rotate: async (extra = {}) => {
      generation += 1
      await on.apply({ ...inputs(), ...extra })
    },
    apply: async () => {
      await on.apply(inputs())
    },
    destroy: async () => {
      await on.destroy(inputs())
    },
  }
}
