const userFields = 'id email firstName lastName state role type isAdmin createdAt updatedAt'

/** The documents a connector sends, as far as these tests need them. */
export const USERS = `query Users($first: Int!, $after: String, $groups: Int!) {
  users(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { ${userFields} groups(first: $groups) { pageInfo { hasNextPage endCursor } edges { node { id type } } } } }
  }
}`

export const GROUPS = `query Groups($first: Int!, $after: String) {
  groups(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { id name type isActive originId createdAt updatedAt securityPolicy { id name } users(first: 1) { totalCount } } }
  }
}`

export const USER_GROUPS = `query UserGroups($id: ID!, $first: Int!, $after: String) {
  user(id: $id) { id groups(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { id type } }
  } }
}`

export const GROUP_USERS = `query GroupUsers($id: ID!, $first: Int!, $after: String) {
  group(id: $id) { id users(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { ${userFields} } }
  } }
}`

export const ADD_MEMBERS = `mutation AddMembers($id: ID!, $users: [ID!]!) {
  groupUpdate(id: $id, addedUserIds: $users) { ok error entity { id users { totalCount } } }
}`
