import { z } from 'zod'
import { parseJson } from './parse-json.ts'

/** An answer of Graph: what it is worth is decided by its status and its error code. */
export interface GraphAnswer {
  readonly status: number
  readonly host: string
  readonly location: string | undefined
  /** `undefined` where the body is no JSON. */
  readonly content: unknown
  /** The code and the words of Graph's error object, or ''. */
  readonly errorCode: string
  readonly errorText: string
}

/** An object as Graph writes it; annotations have `@` in their names. */
export const GraphObject = z.record(z.string(), z.unknown())
export type GraphObject = z.infer<typeof GraphObject>

/** One page of a collection. */
export const Page = z.object({ value: z.array(GraphObject), '@odata.nextLink': z.string().optional() })
export type Page = z.infer<typeof Page>

/** One page of a delta query: the next one follows, or it is the last and says where the next query begins. An empty page is not the last. */
export const DeltaPage = Page.extend({ '@odata.deltaLink': z.string().optional() }).refine(
  (page) => page['@odata.nextLink'] !== undefined || page['@odata.deltaLink'] !== undefined,
  'a page without a link',
)
export type DeltaPage = z.infer<typeof DeltaPage>

const Failure = z.object({ error: z.object({ code: z.string(), message: z.string().catch('') }) })

/** What a body says, whatever the status is. */
export function contentOf(body: string): Pick<GraphAnswer, 'content' | 'errorCode' | 'errorText'> {
  const content = parseJson(body)
  const failure = Failure.safeParse(content)
  const { code: errorCode = '', message: errorText = '' } = failure.success ? failure.data.error : {}
  return { content, errorCode, errorText }
}
