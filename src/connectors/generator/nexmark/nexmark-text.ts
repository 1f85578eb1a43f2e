import type {EventRandom} from '../event-random.ts';

const SHORTEST = 3;
const UNDERSCORE = '_';

/** Lower-case letters, every thirteenth character `special` on average: 3 … limit − 1 of them, before blanks at the ends go. */
export function randomText(random: EventRandom, limit: number, special = ' '): string {
  const length = SHORTEST + random.below(limit - SHORTEST);
  let text = '';
  for (let i = 0; i < length; i++) text += random.below(13) === 0 ? special : String.fromCharCode(97 + random.below(26));
  return text.trim();
}

/** `https://www.nexmark.com/ab_c/def/ghi/item.htm?query=1` */
export function randomUrl(random: EventRandom): string {
  const directory = () => randomText(random, 5, UNDERSCORE);
  return `https://www.nexmark.com/${directory()}/${directory()}/${directory()}/item.htm?query=1`;
}
