/** The part of a stream that output needs; `process.stdout` is one. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** Text from elsewhere without control characters, so that it cannot move the cursor or colour the screen. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
export const printable = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
