import { WireReader } from '../../sdk/wire/rows/wire-reader.ts'
import { WireWriter } from '../../sdk/wire/rows/wire-writer.ts'

/** What becomes of one field: it is kept, its text is replaced, or its message or bytes are rewritten. Fields without a rule are dropped. */
export type FieldRule =
  | 'keep'
  | { readonly text: (text: string) => string }
  | { readonly message: MessageRules | (() => MessageRules) }
  | { readonly bytes: (bytes: Uint8Array) => Uint8Array | undefined }

/** Rules by the number of the field. */
export type MessageRules = Readonly<Record<number, FieldRule>>

/**
 * A message in which only what has a rule is left, in the order of its fields.
 *
 * Errors: as `WireReader`.
 * Why drop: whatever a newer connector adds may hold a name.
 */
export function rewriteMessage(bytes: Uint8Array, rules: MessageRules): Uint8Array {
  const [reader, writer] = [new WireReader(bytes), new WireWriter()]
  for (let key = reader.next(), start = 0; key !== 0; start = reader.position, key = reader.next()) {
    const [number, isLength] = [Math.floor(key / 8), (key & 7) === 2]
    const rule = rules[number]
    if (rule === undefined || (rule !== 'keep' && !isLength)) reader.skip()
    else if (rule === 'keep') {
      reader.skip()
      writer.raw(bytes.subarray(start, reader.position))
    } else if ('text' in rule) writer.presentText(number, rule.text(reader.text()))
    else if ('message' in rule)
      writer.bytes(
        number,
        rewriteMessage(reader.bytes(), typeof rule.message === 'function' ? rule.message() : rule.message),
      )
    else {
      const rewritten = rule.bytes(reader.bytes())
      if (rewritten) writer.bytes(number, rewritten)
    }
  }
  return writer.take()
}
