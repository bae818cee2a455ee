/**
 * Text from elsewhere without control characters, so that it cannot move the cursor or colour the screen, and without the marks that embed or
 * override a direction or begin a line, so that it cannot be read as another text. Arabic and Hebrew need none of them.
 */
export const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, ' ')
