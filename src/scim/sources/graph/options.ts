import { z } from 'zod'
import { parseServiceUrl } from '../service-url.ts'

/** An id as Microsoft writes it. */
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const isGuid = (text: string): boolean => GUID.test(text)

const guid = z.string().regex(GUID, 'must be an id such as 00001111-aaaa-2222-bbbb-3333cccc4444')

const serviceUrl = z.string().superRefine((text, context) => {
  const problem = parseServiceUrl(text).problem
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
})

/** How the program proves to Entra ID who it is. */
const Credential = z.union([
  z.strictObject({ clientSecretFile: z.string().min(1) }),
  /** Both PEM; without `privateKeyFile` the key stands in the same file as the certificate. */
  z.strictObject({ certificateFile: z.string().min(1), privateKeyFile: z.string().min(1).optional() }),
  /** A token that somebody else keeps fresh in a file, as Kubernetes does for a workload identity. */
  z.strictObject({ federatedTokenFile: z.string().min(1) }),
])
export type Credential = z.infer<typeof Credential>

/** Settings of Microsoft Graph as a source. */
export const GraphOptions = z.strictObject({
  type: z.literal('graph'),
  /** Id or a verified domain of the tenant. */
  tenant: z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'must be the id or a domain of the tenant'),
  /** Application (client) id of the app registration that reads. */
  clientId: guid,
  credential: Credential,
  /** Application (client) id of the enterprise application whose assignments are the scope. Without it everybody is in scope. */
  application: guid.optional(),
  /** Where Graph and the token endpoint are, for national clouds. */
  graphUrl: serviceUrl.default('https://graph.microsoft.com'),
  loginUrl: serviceUrl.default('https://login.microsoftonline.com'),
})
export type GraphOptions = z.infer<typeof GraphOptions>
