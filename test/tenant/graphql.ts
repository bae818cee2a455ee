/**
 * The one copy of graphql-js that this directory uses, the same that graphql-yoga loads.
 *
 * Why: by the bare name, Node takes the CommonJS build and a bundler-minded test runner the ESM one; graphql-js refuses
 * objects of another copy of itself.
 */
export * from 'graphql/index.js'
