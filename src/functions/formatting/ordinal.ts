/** `3` → `3rd`; the ending in the case of the template. */
export function withOrdinal(number: string, ordinal: 'TH' | 'th' | undefined): string {
  if (ordinal === undefined) return number;
  const ending = endingOf(number);
  return number + (ordinal === 'TH' ? ending.toUpperCase() : ending);
}

function endingOf(number: string): string {
  if (number.at(-2) === '1') return 'th';
  switch (number.at(-1)) {
    case '1':
      return 'st';
    case '2':
      return 'nd';
    case '3':
      return 'rd';
    default:
      return 'th';
  }
}
