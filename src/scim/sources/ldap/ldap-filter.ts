import {
  AndFilter,
  ApproximateFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter as LdaptsFilter,
  GreaterThanEqualsFilter,
  LessThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
} from 'ldapts'
import type { Filter } from '../directory/filter.ts'

/**
 * A filter as ldapts sends it, made of objects. `canonical` gives the server's own name of an attribute.
 *
 * Why: a filter that is written as text with escapes finds nobody through ldapts 9.2.0.
 */
export function ldapFilter(filter: Filter, canonical: (attribute: string) => string): LdaptsFilter {
  switch (filter.is) {
    case 'and':
      return new AndFilter({ filters: filter.of.map((part) => ldapFilter(part, canonical)) })
    case 'or':
      return new OrFilter({ filters: filter.of.map((part) => ldapFilter(part, canonical)) })
    case 'not':
      return new NotFilter({ filter: ldapFilter(filter.of, canonical) })
    case 'present':
      return new PresenceFilter({ attribute: canonical(filter.attribute) })
    case 'equal':
      return new EqualityFilter({ attribute: canonical(filter.attribute), value: filter.value })
    case 'approx':
      return new ApproximateFilter({ attribute: canonical(filter.attribute), value: filter.value.toString('utf8') })
    case 'atLeast':
      return new GreaterThanEqualsFilter({
        attribute: canonical(filter.attribute),
        value: filter.value.toString('utf8'),
      })
    case 'atMost':
      return new LessThanEqualsFilter({ attribute: canonical(filter.attribute), value: filter.value.toString('utf8') })
    case 'substrings': {
      const { initial, any, final } = filter
      return new SubstringFilter({ attribute: canonical(filter.attribute), initial, any: [...any], final })
    }
    case 'extensible':
      return new ExtensibleFilter({ matchType: canonical(filter.attribute), rule: filter.rule, value: filter.value })
  }
}
