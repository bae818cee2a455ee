import fc from 'fast-check'

/** Any UTF-16, valid or not, of every length class that a length prefix or a fast path distinguishes. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('', ':', '\0', '"', '\n', '\ud800', 'a\udc00b', '😀', '\u202eabc', 'x'.repeat(127), 'é'.repeat(64)),
  fc.integer({ min: 100, max: 20_000 }).map((length) => 'ü:'.repeat(length)),
)
