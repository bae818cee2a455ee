/** Rows as lines with their columns below each other, the first one as the heading; a column of numbers stands at the right. */
export function alignedLines(
  rows: readonly (readonly string[])[],
  isNumber: (column: number) => boolean,
  style: (heading: string) => string,
): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  return rows.map((cells, index) => {
    const line = cells
      .map((cell, i) => (isNumber(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
    return index === 0 ? style(line) : line
  })
}
