import type { TaskResult, TypedMessage } from '../baton-service.ts'

/** Most annotations that the service takes. Source: baton-service.md §2.1. */
const MOST_ANNOTATIONS = 16

/** `status` and the oneof `final_state` of a finish request. */
export function resultFields(result: TaskResult): TypedMessage['value'] {
  if (result.kind === 'success') {
    const { response, annotations } = result
    return { success: { response, annotations: annotations?.slice(0, MOST_ANNOTATIONS) } }
  }
  const { code, message, details, retryable } = result
  return { status: { code, message, details }, error: { non_retryable: !retryable } }
}
