import type { ResourceId } from './model.ts'

/** `<type>:<id>`, unescaped: what `v1_resources.external_id` holds. Source: baton-sdk `pkg/dotc1z/resources.go`. */
export const resourceKey = ({ type, id }: ResourceId): string => `${type}:${id}`
